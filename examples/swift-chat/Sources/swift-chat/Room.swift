import Foundation
import RelayChat

/// The participant in Swift of `examples/room`: commands on standard input, one answer a line.
final class Room {
    private let url: URL
    private let client: RelayClient
    private var requestID = ""
    private var open: (chat: Chat, timeline: Timeline)?

    /// How long a participant waits for what should come, as `examples/room/README.md` says.
    static let patience: Duration = .seconds(60)

    init(url: URL, store: String) throws {
        self.url = url
        client = try RelayClient(
            url: url,
            options: .init(
                storeURL: URL(fileURLWithPath: store),
                sessions: FileSessions(path: store + ".session"), deviceName: "Swift"))
    }

    func run() async throws {
        for await line in inputLines() where !line.isEmpty {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            if parts[0] == "quit" { break }
            answer(await outcome(of: parts[0], parts.count == 2 ? parts[1] : ""))
        }
        await client.close()
        answer(["ok": true])
    }

    private func outcome(of command: String, _ rest: String) async -> [String: Any] {
        do {
            return try await act(command, rest).merging(["ok": true]) { own, _ in own }
        } catch let error as RelayError {
            return ["ok": false, "code": error.code, "detail": "\(error)"]
        } catch {
            return ["ok": false, "code": "unusable", "detail": "\(error)"]
        }
    }

    private func act(_ command: String, _ rest: String) async throws -> [String: Any] {
        switch command {
        case "login": return try await logIn(rest)
        case "code": return try await verify(rest)
        case "group": return try await group(rest.split(separator: " ").map(String.init))
        case "open": try await open(rest)
        case "send": return ["message_id": try current().chat.send(.text(rest)).id]
        case "image":
            let file = Upload.file(URL(fileURLWithPath: rest))
            return ["message_id": try current().chat.send(.attachment(file)).id]
        case "reply", "edit", "delete", "react": return try change(command, rest)
        case "search":
            let page = try await client.search(Search(query: rest))
            return ["found": page.items.map(Transcript.line(found:))]
        case "delivered": try await delivered()
        case "typing": try current().chat.setTyping(true)
        case "sees_typing": try await seesTyping()
        case "read": try read()
        case "offline": client.setNetworkOnline(false)
        case "online":
            client.setNetworkOnline(true)
            try await connected()
        case "settle": try await settle(Int(rest) ?? 0)
        case "transcript":
            let (chat, timeline) = try current()
            return ["lines": Transcript(chat, timeline).lines]
        default: throw Unusable(what: "there is no command `\(command)`")
        }
        return [:]
    }

    private func current() throws -> (chat: Chat, timeline: Timeline) {
        guard let open else { throw Unusable(what: "no chat is open") }
        return open
    }

    private func answer(_ answer: [String: Any]) {
        let json = try? JSONSerialization.data(withJSONObject: answer, options: [.sortedKeys])
        say(json.flatMap { String(data: $0, encoding: .utf8) } ?? #"{"ok":false}"#)
    }
}

// What the commands do.
extension Room {
    private func logIn(_ email: String) async throws -> [String: Any] {
        try await client.connect()
        if let me = client.me.value { return ["logged_in": true, "user_id": me.user.id] }
        requestID = try await client.auth.requestCode(email).requestId
        return [:]
    }

    private func verify(_ code: String) async throws -> [String: Any] {
        let me = try await client.auth.verifyCode(requestID, code)
        try await connected()
        return ["user_id": me.user.id]
    }

    private func connected() async throws {
        try await patiently("connected") { [client] in
            for await state in client.connection where state == .connected { return true }
            return false
        }
    }

    private func group(_ words: [String]) async throws -> [String: Any] {
        guard let name = words.first else { throw Unusable(what: "a group has a name") }
        var ids: [String] = []
        for email in words.dropFirst() {
            guard let person = try await client.people.list(matching: email).items.first else {
                throw Unusable(what: "nobody has one of the addresses")
            }
            ids.append(person.id)
        }
        return ["chat_id": try await client.chats.createGroup(named: name, with: ids).id]
    }

    private func open(_ id: String) async throws {
        let chat = try client.chat(id)
        let timeline = chat.timeline()
        try await patiently("the chat") {
            for await state in chat.summary where state.found != nil { return true }
            return false
        }
        try await patiently("the timeline") {
            for await state in timeline.state where !state.isLoading { return true }
            return false
        }
        open = (chat, timeline)
    }

    /// Does something with the message that the first word names by its place.
    private func change(_ command: String, _ words: String) throws -> [String: Any] {
        let parts = words.split(separator: " ", maxSplits: 1).map(String.init)
        let rest = parts.count == 2 ? parts[1] : ""
        let (chat, timeline) = try current()
        let messages = timeline.value.compactMap(\.message)
        guard let seq = parts.first.flatMap({ UInt64($0) }),
            let id = messages.first(where: { $0.seq == seq })?.id
        else { throw Unusable(what: "there is no such message here") }
        switch command {
        case "reply": return ["message_id": try chat.reply(to: id, .text(rest)).id]
        case "edit": try chat.edit(id, rest)
        case "delete": try chat.delete(id)
        default: try chat.react(id, rest)
        }
        return [:]
    }

    private func delivered() async throws {
        let timeline = try current().timeline
        let waiting: Set<DeliveryState?> = [.queued, .uploading, .sending]
        try await patiently("an empty outbox") {
            for await items in timeline
            where !items.contains(where: {
                waiting.contains($0.message?.state) || $0.message?.pending != nil
            }) {
                return true
            }
            return false
        }
    }

    private func seesTyping() async throws {
        let chat = try current().chat
        try await patiently("typing") {
            for await state in chat.summary where state.found?.typing.isEmpty == false { return true }
            return false
        }
    }

    private func read() throws {
        let chat = try current().chat
        if let newest = chat.summary.value.found?.lastSeq { chat.markRead(upTo: newest) }
    }

    private func settle(_ count: Int) async throws {
        let (chat, timeline) = try current()
        let deadline = ContinuousClock.now + Room.patience
        while !isSettled(chat, timeline, count) {
            if ContinuousClock.now > deadline {
                let lines = Transcript(chat, timeline).lines.joined(separator: " / ")
                throw Unusable(what: "not settled: \(lines)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func isSettled(_ chat: Chat, _ timeline: Timeline, _ count: Int) -> Bool {
        let messages = timeline.value.compactMap(\.message)
        guard messages.count == count, let newest = messages.last?.seq,
            messages.allSatisfy({ $0.seq != nil }), chat.summary.value.found?.unreadCount == 0
        else { return false }
        return chat.members.value.allSatisfy { $0.readSeq == newest && $0.deliveredSeq == newest }
    }

    /// Waits for something, and not for ever.
    private func patiently(_ what: String, _ come: @escaping @Sendable () async -> Bool) async throws {
        let hasCome = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { await come() }
            group.addTask {
                try await Task.sleep(for: Room.patience)
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
        if !hasCome { throw Unusable(what: "there was never \(what)") }
    }
}
