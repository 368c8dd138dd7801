import Foundation
import RelayChat
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite struct LoginTests {
    @Test func aCodeLogsInAndOut() async throws {
        let person = try await Person.new("ada")
        #expect(person.me.isNew)
        #expect(person.client.me.value == person.me)
        #expect(person.client.connection.value == .connected)
        try await first("the limits", in: person.client.limits) { $0 }
        try await person.client.auth.signOut()
        #expect(person.client.me.value == nil)
        try await first("being signed out", in: person.client.connection) {
            if case .signedOut = $0 { true } else { nil }
        }
        await person.close()
    }

    @Test func aWrongCodeIsRefusedWithItsCode() async throws {
        let client = try RelayClient(url: try Engine.url)
        let requested = try await client.auth.requestCode("wrong-\(UUID().uuidString)@example.com")
        #expect(requested.expiresIn > .zero)
        do {
            try await client.auth.verifyCode(requested.requestId, "000000")
            Issue.record("the code was taken")
        } catch let error as RelayError {
            #expect(error.code == "code_invalid", "\(error)")
            #expect(!error.isRetryable)
        }
        await client.close()
    }

    @Test func whatIsNoAddressIsRefused() async throws {
        let client = try RelayClient(url: try Engine.url)
        await #expect(throws: RelayError.self) { _ = try await client.auth.requestCode("nobody") }
        let nowhere = try #require(URL(string: "gopher://example.com"))
        #expect(throws: RelayError.self) { _ = try RelayClient(url: nowhere) }
        await client.close()
    }

    @Test func aSessionIsListedAndRevoked() async throws {
        let person = try await Person.new("revoked", options: .init(deviceName: "a phone"))
        let sessions = try await person.client.auth.sessions()
        #expect(sessions.map(\.deviceName) == ["a phone"])
        let session = try #require(sessions.first)
        #expect(session.isCurrent)
        #expect(session.expiresAt > session.createdAt)
        try await person.client.auth.revokeSession(session.id)
        try await first("the end of the session", in: person.client.connection) {
            if case .signedOut = $0 { true } else { nil }
        }
        await person.close()
    }

    @Test func aSessionOutlivesTheProgram() async throws {
        let (sessions, folder) = (Sessions(), try Folder())
        let options = RelayClient.Options(
            storeURL: folder.url.appendingPathComponent("relay.db"), sessions: sessions)
        let before = try await Person.new("again", options: options)
        #expect(before.client.storage.value == .durable)
        await before.close()
        let after = try RelayClient(url: try Engine.url, options: options)
        try await after.connect()
        #expect(after.me.value?.user.id == before.id)
        await after.close()
    }

    @Test func theProfileIsChanged() async throws {
        let person = try await Person.new("profile")
        #expect(try await person.client.auth.rename("Ada Lovelace").user.name == "Ada Lovelace")
        let hidden = try await person.client.auth.setPrivacy(showsLastSeen: false)
        #expect(hidden.showsReadReceipts && !hidden.showsLastSeen)
        #expect(try await person.client.auth.setPrivacy(showsLastSeen: true).showsLastSeen)
        let image = Upload.data(picture, contentType: "image/png")
        #expect(try await person.client.auth.setAvatar(image).user.avatarUrl != nil)
        #expect(try await person.client.auth.removeAvatar().user.avatarUrl == nil)
        await person.close()
    }

    @Test func theApplicationGivesTokens() async throws {
        let token = try await accessToken()
        let reasons = Shared<[TokenReason]>([])
        let client = try RelayClient(url: try Engine.url) { reason in
            reasons.change { $0.append(reason) }
            return token
        }
        try await client.connect()
        #expect(client.connection.value == .connected)
        #expect(reasons.value == [.connect])
        await client.close()
    }

    @Test func aProviderThatThrowsIsAskedAgain() async throws {
        let token = try await accessToken()
        let calls = Shared(0)
        let client = try RelayClient(url: try Engine.url) { _ in
            calls.change { $0 += 1 }
            if calls.value < 3 { throw TooLate(description: "the backend sleeps") }
            return token
        }
        try await client.connect()
        #expect(client.connection.value == .connected)
        #expect(calls.value == 3)
        await client.close()
    }

    @Test func aProviderWithoutAnybodySignsOut() async throws {
        let client = try RelayClient(url: try Engine.url) { _ in
            throw TokenError.Unauthorized(detail: "nobody")
        }
        try await client.connect()
        guard case .signedOut = client.connection.value else {
            Issue.record("it is \(client.connection.value)")
            return
        }
        await client.close()
    }

    @Test func aProviderThatBlocksHoldsUpItselfAlone() async throws {
        let gate = DispatchSemaphore(value: 0)
        let blocked = try RelayClient(url: try Engine.url) { _ in
            await withCheckedContinuation { done in
                DispatchQueue.global().async {
                    gate.wait()
                    done.resume()
                }
            }
            throw TokenError.Unauthorized(detail: "nobody")
        }
        let waiting = Task { try await blocked.connect() }
        let person = try await Person.new("meanwhile")
        #expect(person.client.connection.value == .connected)
        gate.signal()
        try await waiting.value
        await blocked.close()
        await person.close()
    }
}

/// An access token as an application's backend gets one.
private func accessToken() async throws -> String {
    struct Requested: Decodable { let requestId: String }
    struct LoggedIn: Decodable { let accessToken: String }
    let email = "token-\(UUID().uuidString)@example.com".lowercased()
    let requested: Requested = try await post("v1/auth/codes", ["email": email])
    let code = try await Engine.code(for: email)
    let loggedIn: LoggedIn = try await post(
        "v1/auth/verify", ["request_id": requested.requestId, "code": code])
    return loggedIn.accessToken
}

private func post<Answer: Decodable>(_ path: String, _ body: [String: String]) async throws -> Answer {
    var request = URLRequest(url: try Engine.url.appendingPathComponent(path))
    request.httpMethod = "POST"
    request.setValue("application/json", forHTTPHeaderField: "content-type")
    request.httpBody = try JSONEncoder().encode(body)
    let (answer, _) = try await URLSession.shared.data(for: request)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Answer.self, from: answer)
}
