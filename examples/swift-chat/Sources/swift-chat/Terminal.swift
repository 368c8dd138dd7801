import Foundation
import RelayChat

/// Somebody at a terminal: a line is a message, a line with a slash is a command.
struct Terminal {
    let url: URL
    let email: String

    func run() async throws {
        let client = try RelayClient(url: url, options: .init(deviceName: "swift-chat"))
        var lines = inputLines().makeAsyncIterator()
        let requested = try await client.auth.requestCode(email)
        say("A code is on its way to \(email). Type it:")
        guard let code = await lines.next() else { return }
        let me = try await client.auth.verifyCode(requested.requestId, code)
        say("You are \(me.user.name). /chats lists chats, /with EMAIL opens one, /quit ends.")
        let watching = Task {
            for await state in client.connection { say("(\(words(state)))") }
        }
        var open: OpenChat?
        while let line = await lines.next(), line != "/quit" {
            do {
                open = try await act(on: line, client: client, open: open)
            } catch let error as RelayError {
                say("! \(error.code)")
            }
        }
        watching.cancel()
        open?.printing.cancel()
        await client.close()
    }

    /// What is open after the line.
    private func act(on line: String, client: RelayClient, open: OpenChat?) async throws -> OpenChat? {
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        switch parts.first {
        case "/chats":
            for chat in client.chats.value { say("\(chat.title)  \(chat.unreadCount) unread") }
        case "/with" where parts.count == 2:
            guard let person = try await client.people.list(matching: parts[1]).items.first else {
                say("! nobody has this address")
                return open
            }
            open?.printing.cancel()
            return OpenChat(try await client.chats.openDirect(with: person.id))
        case "/image" where parts.count == 2:
            open?.chat.send(.attachment(.file(URL(fileURLWithPath: parts[1]))))
        case .some where line.hasPrefix("/"):
            say("! /chats, /with EMAIL, /image FILE, /quit")
        case .some:
            open?.chat.send(.text(line))
        case nil:
            break
        }
        return open
    }

    private func words(_ state: ConnectionState) -> String {
        switch state {
        case .connecting: "connecting"
        case .connected: "connected"
        case .reconnecting(let attempt, _): "reconnecting, attempt \(attempt)"
        case .offline: "offline"
        case .signedOut: "signed out"
        case .closed: "closed"
        }
    }
}

/// A chat whose messages are printed as they come.
struct OpenChat {
    let chat: Chat
    let printing: Task<Void, Never>

    init(_ chat: Chat) {
        self.chat = chat
        printing = Task {
            var printed: Set<String> = []
            for await items in chat.timeline() {
                for message in items.compactMap(\.message) where !printed.contains(message.id) {
                    printed.insert(message.id)
                    say("\(message.sender.name): \(message.text)")
                }
                if let newest = items.last?.message?.seq { chat.markRead(upTo: newest) }
            }
        }
    }
}
