/// What becomes of a value: the one it has now, and then each newer one.
///
/// A loop gets the newest value whenever it is ready for it. Who is slow skips what was overtaken in
/// between, never the last, and holds up nobody. Cancelling the task that runs the loop ends it and
/// the watching behind it; so does leaving it, and closing the client.
public struct Updates<Value: Sendable>: AsyncSequence, Sendable {
    public typealias Element = Value

    private let client: RelayClient
    private let watch: @Sendable (Sink<Value>) -> any Watching

    init(of client: RelayClient, watch: @escaping @Sendable (Sink<Value>) -> any Watching) {
        self.client = client
        self.watch = watch
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(Loop(of: client.life, watch: watch))
    }

    /// One loop.
    public struct Iterator: AsyncIteratorProtocol {
        private let loop: Loop<Value>
        private var values: AsyncStream<Value>.Iterator

        fileprivate init(_ loop: Loop<Value>) {
            self.loop = loop
            values = loop.values.makeAsyncIterator()
        }

        public mutating func next() async -> Value? {
            await values.next()
        }
    }
}

/// A value that can be read now and watched: the shape in which almost everything comes.
///
/// ```swift
/// if case .connected = client.connection.value { … }
/// for await state in client.connection { show(state) }
/// ```
///
/// For loops, see ``Updates``: they begin with the value as it is.
public struct Observed<Value: Sendable>: AsyncSequence, Sendable {
    public typealias Element = Value

    private let read: @Sendable () -> Value
    private let updates: Updates<Value>

    init(
        of client: RelayClient, read: @escaping @Sendable () -> Value,
        watch: @escaping @Sendable (Sink<Value>) -> any Watching
    ) {
        self.read = read
        updates = Updates(of: client, watch: watch)
    }

    /// The value as it is now.
    public var value: Value { read() }

    public func makeAsyncIterator() -> Updates<Value>.Iterator {
        updates.makeAsyncIterator()
    }
}

/// What lives as long as one loop: nobody cancels anything when a loop is left with `break`.
private final class Loop<Value: Sendable>: Sendable {
    let values: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation

    init(of life: Life, watch: (Sink<Value>) -> any Watching) {
        let (values, continuation) = AsyncStream.makeStream(
            of: Value.self, bufferingPolicy: .bufferingNewest(1))
        self.values = values
        self.continuation = continuation
        let watching = watch(Sink(continuation))
        let number = life.atEnd { continuation.finish() }
        continuation.onTermination = { _ in
            watching.stop()
            life.forget(number)
        }
    }

    deinit { continuation.finish() }
}

/// Where new values go.
struct Sink<Value: Sendable>: Sendable {
    private let continuation: AsyncStream<Value>.Continuation

    init(_ continuation: AsyncStream<Value>.Continuation) {
        self.continuation = continuation
    }

    func callAsFunction(_ value: Value) {
        continuation.yield(value)
    }
}

/// Something that goes on until it is stopped.
protocol Watching: Sendable {
    func stop()
}
