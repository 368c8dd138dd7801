import RelayChatCore

/// The messages of a chat, oldest first, and how to move in them. It is open while this or a loop
/// over it lives.
///
/// ```swift
/// let timeline = chat.timeline()
/// for await items in timeline { self.items = items }
/// ```
///
/// Each value is the whole list of what is loaded. What else there is to show is in ``state``.
public final class Timeline: AsyncSequence, Sendable {
    public typealias Element = [TimelineItem]

    private let core: CoreTimeline
    private let client: RelayClient

    init(core: CoreTimeline, client: RelayClient) {
        self.core = core
        self.client = client
    }

    /// The items as they are now.
    public var value: [TimelineItem] { core.items() }

    /// The items with what else there is to show of them.
    public var state: Observed<TimelineState> {
        Observed(of: client) { [core] in
            TimelineState(items: core.items(), status: core.status())
        } watch: { [core] sink in
            core.watchItems(listener: TimelineAssembler(sink))
        }
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(states: state.makeAsyncIterator())
    }

    /// One loop over the items.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var states: Updates<TimelineState>.Iterator

        public mutating func next() async -> [TimelineItem]? {
            await states.next()?.items
        }
    }

    /// Loads older messages, and returns when they are here.
    public func loadBefore() async throws {
        try await cancellable { try await self.core.loadBefore(cancel: $0) }
    }

    /// Loads newer messages, after a jump.
    public func loadAfter() async throws {
        try await cancellable { try await self.core.loadAfter(cancel: $0) }
    }

    /// Loads the part around a message and shows that instead.
    public func jump(to seq: UInt64) async throws {
        try await cancellable { try await self.core.jumpTo(seq: seq, cancel: $0) }
    }

    /// Back to the newest messages.
    public func jumpToLatest() async throws {
        try await cancellable { try await self.core.jumpToLatest(cancel: $0) }
    }
}

/// What a timeline shows now.
public struct TimelineState: Sendable, Equatable {
    /// Oldest first.
    public let items: [TimelineItem]
    /// Nothing has been loaded yet: show a skeleton.
    public let isLoading: Bool
    public let isLoadingBefore: Bool
    /// There are older messages that are not here.
    public let hasBefore: Bool
    public let isLoadingAfter: Bool
    /// There are newer messages that are not here (after a jump).
    public let hasAfter: Bool
    /// Why the last load failed.
    public let failure: Failure?

    init(items: [TimelineItem], status: TimelineStatus) {
        self.items = items
        isLoading = status.isLoading
        isLoadingBefore = status.isLoadingBefore
        hasBefore = status.hasBefore
        isLoadingAfter = status.isLoadingAfter
        hasAfter = status.hasAfter
        failure = status.failure
    }
}

/// Makes whole lists of the splices that the core tells.
private final class TimelineAssembler: TimelineListener, @unchecked Sendable {
    // No lock: the core calls a listener again only when it has returned.
    private var items: [TimelineItem] = []
    private let sink: Sink<TimelineState>

    init(_ sink: Sink<TimelineState>) { self.sink = sink }

    func onChange(value: TimelineUpdate) {
        for splice in value.splices {
            let start = Int(splice.index)
            items.replaceSubrange(start..<start + Int(splice.removedCount), with: splice.inserted)
        }
        sink(TimelineState(items: items, status: value.status))
    }
}
