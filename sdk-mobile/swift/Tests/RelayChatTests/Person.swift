import Foundation
import RelayChat

/// Somebody with an account and a client that is connected.
struct Person: Sendable {
    let client: RelayClient
    let me: Me

    var id: String { me.user.id }

    /// A new account.
    static func new(_ name: String, options: RelayClient.Options = .init()) async throws -> Person {
        let client = try RelayClient(url: try Engine.url, options: options)
        return try await logIn(client, as: "\(name)-\(UUID().uuidString)@example.com".lowercased())
    }

    static func logIn(_ client: RelayClient, as email: String) async throws -> Person {
        let requested = try await client.auth.requestCode(email)
        let code = try await Engine.code(for: email)
        let me = try await client.auth.verifyCode(requested.requestId, code)
        try await first("the connection", in: client.connection) { $0 == .connected ? true : nil }
        return Person(client: client, me: me)
    }

    /// The one-to-one chat with somebody, from both sides.
    func chat(with other: Person) async throws -> (Chat, Chat) {
        let own = try await client.chats.openDirect(with: other.id)
        return (own, try other.client.chat(own.id))
    }

    func close() async { await client.close() }
}

/// Keeps a session as an application does in its keychain.
final class Sessions: SessionStore, @unchecked Sendable {
    private let lock = NSLock()
    private var session: String?

    func load() throws -> String? { lock.withLock { session } }
    func save(session: String?) throws { lock.withLock { self.session = session } }
}

/// A folder that is gone after the test.
final class Folder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// Something that is changed from several threads.
final class Shared<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var kept: Value

    init(_ value: Value) { kept = value }

    var value: Value { lock.withLock { kept } }

    func change(_ change: (inout Value) -> Void) { lock.withLock { change(&kept) } }
}

/// A red picture of 4 by 3 pixels.
let picture =
    Data(
        base64Encoded: """
            iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAIAAAA7ljmRAAAAEElEQVR42mO4oKAARww4OQABFgzBMBYT\
            AAAAAABJRU5ErkJggg==
            """) ?? Data()

extension Array where Element == TimelineItem {
    /// The texts of the messages, in their order.
    var texts: [String] { compactMap { $0.message?.text } }
}
