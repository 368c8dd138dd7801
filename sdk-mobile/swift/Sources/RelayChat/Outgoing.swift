import RelayChatCore

/// A message on its way. It is in the timeline already, and goes on without this handle.
///
/// ```swift
/// let sent = chat.send(.text("hi"))
/// do { try await sent.delivered() }
/// catch let error as RelayError where error.isRetryable { sent.retry() }
/// ```
public final class Outgoing: Sendable, Identifiable {
    private let core: CoreOutgoing
    private let client: RelayClient

    init(core: CoreOutgoing, client: RelayClient) {
        self.core = core
        self.client = client
    }

    /// Names the message, now and for ever.
    public var id: String { core.id() }

    /// How far it is, with the progress of its files. It ends at `sent` or `failed`; what becomes of
    /// it at the others is in the timeline.
    public var state: Observed<OutgoingState> {
        Observed(of: client) { [core] in
            core.state()
        } watch: { [core] sink in
            core.watchState(listener: Forwarder(sink))
        }
    }

    /// Waits until the server has it. Cancelling the wait does not take the message back.
    ///
    /// - Throws: ``RelayError``, why it failed; ``RelayError/Closed`` when the client was closed
    ///   before: the next one on the same store sends it.
    @discardableResult
    public func delivered() async throws -> Message {
        try await cancellable { try await self.core.delivered(cancel: $0) }
    }

    /// Tries it again when it has failed.
    public func retry() { core.retry() }

    /// Gives it another text.
    ///
    /// - Throws: ``RelayError/AlreadySent`` once it has left this device.
    public func edit(_ text: String) throws { try core.edit(text: text) }

    /// Takes it back while the server does not have it; removes a failed one.
    public func cancel() { core.cancel() }
}
