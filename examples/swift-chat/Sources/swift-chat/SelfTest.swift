import Foundation
import RelayChat

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Two people log in, find each other and talk; what one of them sees is printed.
enum SelfTest {
    static func run(_ url: URL) async throws {
        let (ada, bob) = (try await logIn("ada", at: url), try await logIn("bob", at: url))
        guard let address = bob.me.value?.email,
            let found = try await ada.people.list(matching: address).items.first
        else { throw Unusable(what: "bob is nowhere to be found") }
        let chat = try await ada.chats.openDirect(with: found.id)
        for text in ["Hello!", "How are you?"] { chat.send(.text(text)) }
        let answers = try bob.chat(chat.id)
        for await items in answers.timeline() where items.compactMap(\.message).count == 2 { break }
        answers.markRead(upTo: 2)
        try await answers.send(.text("Fine.")).delivered()
        for await items in chat.timeline() {
            let messages = items.compactMap(\.message)
            guard messages.count == 3, messages[1].state == .read else { continue }
            for message in messages { say("\(message.isOwn ? "ada" : "bob"): \(message.text)") }
            break
        }
        await ada.close()
        await bob.close()
    }

    private static func logIn(_ name: String, at url: URL) async throws -> RelayClient {
        let client = try RelayClient(url: url)
        let email = "\(name)-\(UUID().uuidString)@example.com".lowercased()
        let requested = try await client.auth.requestCode(email)
        try await client.auth.verifyCode(requested.requestId, try await code(for: email, at: url))
        return client
    }

    /// From the development inbox; the mail comes a moment after the request.
    private static func code(for email: String, at url: URL) async throws -> String {
        struct Mail: Decodable { let code: String }
        let inbox = url.appendingPathComponent("_/inbox/latest.json")
        guard let address = URL(string: "\(inbox.absoluteString)?email=\(email)") else {
            throw Unusable(what: "the inbox has no address")
        }
        for _ in 0..<600 {
            let (body, _) = try await URLSession.shared.data(from: address)
            if let mail = try? JSONDecoder().decode(Mail.self, from: body) { return mail.code }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Unusable(what: "no mail came")
    }
}
