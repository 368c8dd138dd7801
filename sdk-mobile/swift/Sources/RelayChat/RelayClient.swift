import Foundation
import RelayChatCore

/// A client of one engine for one person.
///
/// ```swift
/// let client = try RelayClient(url: url) { reason in try await api.chatToken(reason) }
/// try await client.connect()
/// for await chats in client.chats { self.chats = chats }
/// ```
///
/// Everything that changes is an asynchronous sequence: see ``Observed``. Every call that waits ends
/// with a `CancellationError` when its task is cancelled. It may be used from any thread. Chats,
/// timelines and loops keep it alive; ``close()`` ends it whoever else holds it.
public final class RelayClient: Sendable {
    let core: CoreClient
    let life = Life()

    /// A client of people whom the application knows. The function gives access tokens that the
    /// application's own backend issued; it is called on connecting and before a token expires.
    /// Throwing ``TokenError/Unauthorized(detail:)`` signs out, anything else is tried again.
    ///
    /// - Throws: ``RelayError`` when the address is not one of an engine.
    public init(
        url: URL, options: Options = Options(),
        token: @escaping @Sendable (TokenReason) async throws -> String
    ) throws {
        core = try options.makeCore(url: url, tokens: Tokens(give: token))
    }

    /// A client of people who log in with an address and a one-time code: see ``auth``.
    ///
    /// - Throws: ``RelayError`` when the address is not one of an engine.
    public init(url: URL, options: Options = Options()) throws {
        core = try options.makeCore(url: url, tokens: nil)
    }

    /// A client without an engine: when it connects it hears these frames, the `ready` first, and
    /// nothing else. For previews in Xcode and for tests of an application's screens.
    public init(recording frames: [String]) throws {
        core = try CoreClient.recorded(frames: frames)
    }

    deinit { life.end() }

    /// Opens the connection. Returns when connected, or when it is clear that nobody is logged in or
    /// that it will never work: see ``connection``. Failures of the network do not end it, the client
    /// goes on trying.
    public func connect() async throws {
        try await cancellable { try await self.core.connect(cancel: $0) }
    }

    /// Tries to connect now instead of waiting for the next attempt.
    public func reconnectNow() { core.reconnectNow() }

    /// Tells what the device says about its network, of `NWPathMonitor` for example. While offline
    /// nothing is tried.
    public func setNetworkOnline(_ isOnline: Bool) { core.setNetworkOnline(isOnline: isOnline) }

    /// Writes what is not in the store yet and lets go of the network and of files: when the scene
    /// goes to the background, before the system freezes the process.
    public func suspend() async throws {
        try await cancellable { try await self.core.suspend(cancel: $0) }
    }

    /// Goes on after ``suspend()``.
    public func resume() { core.resume() }

    /// Writes what is queued into the store, closes the connection and ends all threads. Loops end,
    /// calls under way throw ``RelayError/Closed``. The client cannot be used afterwards.
    public func close() async {
        life.end()
        await core.shutDown()
    }

    /// Keeps under what name a push service knows this device. Engines of this version send no
    /// pushes themselves: hand it to your own backend, which hears from the engine whom to wake.
    public func setPushToken(_ token: PushToken?) { core.setPushToken(token: token) }

    /// What was given to ``setPushToken(_:)`` last.
    public var pushToken: PushToken? { core.pushToken() }
}

// What it knows, and where the rest is.
extension RelayClient {
    /// How the connection is.
    public var connection: Observed<ConnectionState> {
        Observed(of: self) { [core] in
            core.connection()
        } watch: { [core] sink in
            core.watchConnection(listener: Forwarder(sink))
        }
    }

    /// Who is logged in; `nil` when nobody is.
    public var me: Observed<Me?> {
        Observed(of: self) { [core] in
            core.me()
        } watch: { [core] sink in
            core.watchMe(listener: Forwarder(sink))
        }
    }

    /// What the server accepts; `nil` until the first connection.
    public var limits: Observed<Limits?> {
        Observed(of: self) { [core] in
            core.limits()
        } watch: { [core] sink in
            core.watchLimits(listener: Forwarder(sink))
        }
    }

    /// How well what the client knows is kept.
    public var storage: Observed<StorageState> {
        Observed(of: self) { [core] in
            core.storage()
        } watch: { [core] sink in
            core.watchStorage(listener: Forwarder(sink))
        }
    }

    /// Logging in and out, for people with an account of the engine.
    public var auth: Auth { Auth(client: self) }

    /// The person's chats, newest activity first.
    public var chats: ChatList { ChatList(client: self) }

    /// Other people: finding them, and seeing who is there.
    public var people: People { People(client: self) }

    /// One chat. It need not exist: see ``Chat/summary``.
    ///
    /// - Throws: ``RelayError`` when the text is no id.
    public func chat(_ id: String) throws -> Chat {
        Chat(core: try core.chat(chatId: id), client: self)
    }

    /// Searches the messages of all chats that the caller is in; pass the page's cursor back to read
    /// on. Without a connection what this device holds is searched, and the page says so.
    public func search(_ search: Search) async throws -> SearchPage {
        try await cancellable { try await self.core.search(search: search, cancel: $0) }
    }

    /// The group that a link with this token leads to, without joining it.
    ///
    /// - Throws: ``RelayError`` with `not_found` for a link that has ended, is used up, revoked or made
    ///   up.
    public func previewInvite(_ token: String) async throws -> InvitePreview {
        try await cancellable { try await self.core.previewInvite(token: token, cancel: $0) }
    }

    /// Joins the group that a link with this token leads to: on return it is in the list.
    ///
    /// - Throws: ``RelayError`` with `not_found` as ``previewInvite(_:)``.
    public func acceptInvite(_ token: String) async throws -> Chat {
        try chat(try await cancellable { try await self.core.acceptInvite(token: token, cancel: $0) })
    }

    /// Short-lived addresses of the bytes of an attachment, kept until shortly before they expire.
    public func links(of attachmentID: String) async throws -> AttachmentLinks {
        try await cancellable {
            try await self.core.attachmentLinks(attachmentId: attachmentID, cancel: $0)
        }
    }
}
