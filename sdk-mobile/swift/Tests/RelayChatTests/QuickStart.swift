import Foundation
import RelayChat

// The code of the documentation: compiled here, so that it stays right, and not run.

private struct Backend {
    func chatToken(_ reason: TokenReason) async throws -> String { "" }
}

private func start(url: URL, api: Backend) async throws -> RelayClient {
    let client = try RelayClient(url: url) { reason in try await api.chatToken(reason) }
    try await client.connect()
    return client
}

private func startWithCodes(url: URL, folder: URL, keychain: any SessionStore) throws -> RelayClient {
    let client = try RelayClient(
        url: url,
        options: .init(
            storeURL: folder.appendingPathComponent("relay.db"), sessions: keychain))
    return client
}

private func logIn(client: RelayClient, email: String, typed: () async -> String) async throws {
    let requested = try await client.auth.requestCode(email)
    let me = try await client.auth.verifyCode(requested.requestId, await typed())
    print("Welcome, \(me.user.name)")
}

private func watch(client: RelayClient, show: ([ChatSummary]) -> Void) async {
    for await chats in client.chats { show(chats) }
}

private func talk(client: RelayClient, id: String, photo: URL) async throws {
    let chat = try client.chat(id)
    let sent = chat.send(.text("hi").attaching(.file(photo)))
    do {
        try await sent.delivered()
    } catch let error as RelayError where error.isRetryable {
        sent.retry()
    }
}

@available(iOS 17.0, macOS 14.0, *)
@MainActor
private func model(chat: Chat) async {
    let model = TimelineModel(chat)
    await model.follow()
}
