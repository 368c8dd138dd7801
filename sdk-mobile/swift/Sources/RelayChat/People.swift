import RelayChatCore

/// Other people: finding them, and seeing who is there.
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
}

private struct NotWatching: Watching {
    func stop() {}
}
