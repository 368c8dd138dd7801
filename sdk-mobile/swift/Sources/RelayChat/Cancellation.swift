import RelayChatCore

/// Makes a call of the core end with the task that makes it.
///
/// What UniFFI generates for Swift waits for the answer whatever becomes of the task, so each call
/// takes a token that ends it from outside. As everywhere in Swift, the caller then gets a
/// `CancellationError`.
func cancellable<Answer: Sendable>(
    _ call: @Sendable (CancelToken) async throws -> Answer
) async throws -> Answer {
    let token = CancelToken()
    return try await withTaskCancellationHandler {
        do {
            return try await call(token)
        } catch RelayError.Cancelled where Task.isCancelled {
            throw CancellationError()
        }
    } onCancel: {
        token.cancel()
    }
}
