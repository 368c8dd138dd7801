import Foundation
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

    /// A message that was found: its place, and what is highlighted in it.
    static func line(found hit: SearchHit) -> String {
        let text = Array(hit.message.text.utf16)
        let lit = hit.highlights.map { String(decoding: text[Int($0.start)..<Int($0.end)], as: UTF16.self) }
        return "\(hit.message.seq ?? 0) \(lit.joined(separator: "|"))"
    }

    private static func line(of message: Message) -> String {
        var words = [message.seq.map(String.init) ?? "-", message.sender.name]
        if let quote = message.replyTo { words.append(">\(quote.seq)") }
        if !message.text.isEmpty { words.append(message.text) }
        words += message.attachments.map { "[image \($0.width)x\($0.height) \($0.contentType)]" }
        if message.isDeleted {
            words.append("(deleted)")
        } else if message.editedAtMs != nil {
            words.append("(edited)")
        }
        words += message.reactions.map { "\($0.emoji)x\($0.count)" }
        return words.joined(separator: " ")
    }
}
