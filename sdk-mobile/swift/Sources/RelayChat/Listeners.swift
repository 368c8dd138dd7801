import RelayChatCore

/// A listener of the core that hands each value on. Which protocols it fits follows from the value.
final class Forwarder<Value: Sendable>: Sendable {
    private let sink: Sink<Value>

    init(_ sink: Sink<Value>) { self.sink = sink }

    func onChange(value: Value) { sink(value) }
}

extension Forwarder: ConnectionListener where Value == ConnectionState {}
extension Forwarder: StorageListener where Value == StorageState {}
extension Forwarder: MeListener where Value == Me? {}
extension Forwarder: LimitsListener where Value == Limits? {}
extension Forwarder: SummaryListener where Value == SummaryState {}
extension Forwarder: MembersListener where Value == [Member] {}
extension Forwarder: OutgoingListener where Value == OutgoingState {}
extension Forwarder: DraftListener where Value == String {}
extension Forwarder: BlockedListener where Value == [User]? {}
extension Forwarder: PinnedListener where Value == [Message]? {}
extension Forwarder: PresenceListener where Value == Presence? {}

extension CoreSubscription: Watching {
    func stop() { cancel() }
}
