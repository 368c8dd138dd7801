import RelayChat

/// What a chat shows, in lines that hold nothing of one device: the same in every language.
struct Transcript {
    let lines: [String]

    init(_ chat: Chat, _ timeline: Timeline) {
        var lines: [String] = []
        if let summary = chat.summary.value.found {
            lines.append(
                "chat \(summary.title) members \(summary.memberCount) unread \(summary.unreadCount)")
        }
        lines += timeline.value.compactMap(\.message).map(Transcript.line(of:))
        lines += chat.members.value.sorted { $0.user.name < $1.user.name }.map { member in
            "read \(member.user.name) \(member.readSeq) delivered \(member.deliveredSeq)"
        }
        self.lines = lines
    }

    private static func line(of message: Message) -> String {
        var words = [message.seq.map(String.init) ?? "-", message.sender.name]
        if !message.text.isEmpty { words.append(message.text) }
        words += message.attachments.map { "[image \($0.width)x\($0.height) \($0.contentType)]" }
        return words.joined(separator: " ")
    }
}
