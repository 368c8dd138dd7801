import Foundation
import RelayChatCore

/// The person's chats, newest activity first, and how new ones begin.
///
/// ```swift
/// for await chats in client.chats { self.chats = chats }
/// ```
///
/// Each value is the whole list. What else there is to know of it is in ``state``.
public struct ChatList: AsyncSequence, Sendable {
    public typealias Element = [ChatSummary]

    let client: RelayClient

    private var core: CoreClient { client.core }

    /// The chats as they are now.
    public var value: [ChatSummary] { core.chats() }

    /// The list with what else there is to show of it.
    public var state: Observed<ChatListState> {
        Observed(of: client) { [core] in
            ChatListState(items: core.chats(), status: core.chatsStatus())
        } watch: { [core] sink in
            core.watchChats(listener: ChatListAssembler(sink))
        }
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(states: state.makeAsyncIterator())
    }

    /// One loop over the list.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var states: Updates<ChatListState>.Iterator

        public mutating func next() async -> [ChatSummary]? {
            await states.next()?.items
        }
    }

    /// Loads older chats. Returns when they are in the list.
    public func loadMore() async throws {
        try await cancellable { try await core.loadMoreChats(cancel: $0) }
    }

    /// Unread messages over all chats that are neither muted nor archived, also those that are not
    /// loaded: for a badge. Asked of the server.
    public func unreadTotal() async throws -> UnreadTotal {
        try await cancellable { try await core.unreadTotal(cancel: $0) }
    }

    /// The one-to-one chat with a person, made if it does not exist.
    public func openDirect(with userID: String) async throws -> Chat {
        let id = try await cancellable { try await core.openDirect(userId: userID, cancel: $0) }
        return try client.chat(id)
    }

    /// A new group of these people and the caller.
    public func createGroup(named name: String, with userIDs: [String]) async throws -> Chat {
        let id = try await cancellable {
            try await core.createGroup(name: name, userIds: userIDs, cancel: $0)
        }
        return try client.chat(id)
    }
}

/// What a list of chats shows now.
public struct ChatListState: Sendable, Equatable {
    /// Newest activity first.
    public let items: [ChatSummary]
    /// Nothing has been loaded yet: show a skeleton.
    public let isLoading: Bool
    /// Whether there are older ones that can be loaded.
    public let hasMore: Bool
    /// Unread messages over the loaded chats.
    public let unreadCount: UInt64
    /// How many of these chats have any, or are marked unread.
    public let unreadChatCount: UInt64

    init(items: [ChatSummary], status: ChatListStatus) {
        self.items = items
        isLoading = status.isLoading
        hasMore = status.hasMore
        unreadCount = status.unreadCount
        unreadChatCount = status.unreadChatCount
    }
}

/// Makes whole lists of the splices that the core tells.
private final class ChatListAssembler: ChatListListener, @unchecked Sendable {
    // No lock: the core calls a listener again only when it has returned.
    private var items: [ChatSummary] = []
    private let sink: Sink<ChatListState>

    init(_ sink: Sink<ChatListState>) { self.sink = sink }

    func onChange(value: ChatListUpdate) {
        for splice in value.splices {
            let start = Int(splice.index)
            items.replaceSubrange(start..<start + Int(splice.removedCount), with: splice.inserted)
        }
        sink(ChatListState(items: items, status: value.status))
    }
}
