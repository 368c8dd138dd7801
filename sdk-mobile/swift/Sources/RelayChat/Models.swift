import Observation

/// A timeline for SwiftUI: views that read its properties are drawn again when these change.
///
/// ```swift
/// @State private var model: TimelineModel
/// List(model.items) { item in … }.task { await model.follow() }
/// ```
@available(iOS 17.0, macOS 14.0, *)
@MainActor @Observable
public final class TimelineModel {
    /// Everything there is to show.
    public private(set) var state: TimelineState
    /// The messages, and how to move in them.
    @ObservationIgnored public nonisolated let timeline: Timeline

    /// Opens the timeline of a chat.
    public init(_ chat: Chat) {
        timeline = chat.timeline()
        state = timeline.state.value
    }

    /// Oldest first.
    public var items: [TimelineItem] { state.items }

    /// Keeps up with the chat until the task is cancelled, as SwiftUI's `task` does when the view goes.
    public func follow() async {
        for await state in timeline.state { self.state = state }
    }
}

/// The list of chats for SwiftUI: see ``TimelineModel``.
@available(iOS 17.0, macOS 14.0, *)
@MainActor @Observable
public final class ChatListModel {
    /// Everything there is to show.
    public private(set) var state: ChatListState
    /// The chats, and how new ones begin.
    @ObservationIgnored public nonisolated let chats: ChatList

    /// Shows the chats of a client.
    public init(_ client: RelayClient) {
        chats = client.chats
        state = chats.state.value
    }

    /// Newest activity first.
    public var items: [ChatSummary] { state.items }

    /// Keeps up with the chats until the task is cancelled.
    public func follow() async {
        for await state in chats.state { self.state = state }
    }
}
