import RelayChatCore

/// Logging in with a one-time code, and what the person is logged in with.
///
/// ```swift
/// let requested = try await client.auth.requestCode(email)
/// let me = try await client.auth.verifyCode(requested.requestId, code)
/// ```
public struct Auth: Sendable {
    let client: RelayClient

    private var core: CoreClient { client.core }

    /// Sends a code to the address.
    public func requestCode(_ email: String) async throws -> CodeRequested {
        try await cancellable { try await core.requestCode(email: email, cancel: $0) }
    }

    /// Trades a code for a session and connects.
    @discardableResult
    public func verifyCode(_ requestID: String, _ code: String) async throws -> Me {
        try await cancellable {
            try await core.verifyCode(requestId: requestID, code: code, cancel: $0)
        }
    }

    /// Trades the one-time link of the mail (what follows `#token=`) for a session and connects.
    @discardableResult
    public func verifyLink(_ token: String) async throws -> Me {
        try await cancellable { try await core.verifyLink(token: token, cancel: $0) }
    }

    /// Where the person is logged in, newest first.
    public func sessions() async throws -> [Session] {
        try await cancellable { try await core.listSessions(cancel: $0) }
    }

    /// Ends one of the person's sessions; whoever uses it is logged out.
    public func revokeSession(_ id: String) async throws {
        try await cancellable { try await core.revokeSession(sessionId: id, cancel: $0) }
    }

    /// Ends this session and forgets everything on this device. Works offline too.
    public func signOut() async throws {
        try await cancellable { try await core.signOut(cancel: $0) }
    }

    /// Changes the name that others see.
    @discardableResult
    public func rename(_ name: String) async throws -> Me {
        try await cancellable { try await core.rename(name: name, cancel: $0) }
    }

    /// Changes what others are told of the person, and the person of others: how far they read, and
    /// whether they are online and when they were last seen. What is absent stays as it is. What was
    /// told before stays; typing is shown in any case. Needs a connection.
    @discardableResult
    public func setPrivacy(
        showsReadReceipts: Bool? = nil, showsLastSeen: Bool? = nil
    ) async throws -> Me {
        try await cancellable {
            try await core.setPrivacy(
                showsReadReceipts: showsReadReceipts, showsLastSeen: showsLastSeen, cancel: $0)
        }
    }

    /// Takes another picture.
    @discardableResult
    public func setAvatar(_ image: Upload) async throws -> Me {
        try await cancellable { try await core.setAvatar(image: image, cancel: $0) }
    }

    /// Goes without a picture.
    @discardableResult
    public func removeAvatar() async throws -> Me {
        try await cancellable { try await core.removeAvatar(cancel: $0) }
    }
}
