import RelayChatCore

/// Other people: finding them, seeing who is there, blocking and reporting them.
public struct People: Sendable {
    let client: RelayClient

    private var core: CoreClient { client.core }

    /// People by name, or by exact address. A page: pass its cursor back to read on.
    public func list(matching query: String? = nil, after cursor: String? = nil) async throws -> UserPage {
        try await cancellable { try await core.listPeople(query: query, cursor: cursor, cancel: $0) }
    }

    /// One person.
    public func get(_ id: String) async throws -> User {
        try await cancellable { try await core.getPerson(userId: id, cancel: $0) }
    }

    /// Whether a person is there; `nil` until it is known. Asked of the server while a loop runs.
    public func presence(of id: String) -> Updates<Presence?> {
        Updates(of: client) { [core] sink in
            let watching = try? core.watchPresence(userId: id, listener: Forwarder(sink))
            // Nobody has an id that is none, and of nobody nothing is known.
            return watching ?? NotWatching()
        }
    }

    /// Blocks a person, who is not told: in the one-to-one chat with them nobody can say anything
    /// new, and neither sees the other be online or type. What the caller sends there fails with
    /// `blocked_by_you`, what the other sends with `unreachable`.
    public func block(_ id: String) async throws {
        try await cancellable { try await core.block(userId: id, cancel: $0) }
    }

    /// Takes a block back.
    public func unblock(_ id: String) async throws {
        try await cancellable { try await core.unblock(userId: id, cancel: $0) }
    }

    /// Reports a person to the host, as ``Chat/report(_:_:note:)`` does a message.
    ///
    /// - Throws: ``RelayError`` such as `not_reportable` for oneself.
    public func report(_ id: String, _ reason: ReportReason, note: String? = nil) async throws {
        try await cancellable {
            try await core.reportUser(userId: id, reason: reason, note: note, cancel: $0)
        }
    }

    /// Everybody whom the caller blocks, on any device; `nil` until it is known.
    public var blocked: Observed<[User]?> {
        Observed(of: client) { [core] in
            core.blocked()
        } watch: { [core] sink in
            core.watchBlocked(listener: Forwarder(sink))
        }
    }
}

private struct NotWatching: Watching {
    func stop() {}
}
