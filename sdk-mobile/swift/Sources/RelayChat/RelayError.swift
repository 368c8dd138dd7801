import Foundation
import RelayChatCore

/// What goes wrong: see the cases for what an application can do about it.
///
/// ```swift
/// do { try await sent.delivered() }
/// catch let error as RelayError where error.isRetryable { sent.retry() }
/// ```
public typealias RelayError = RelayChatCore.RelayError

extension RelayError {
    /// Whether the same call may succeed later without being changed.
    public var isRetryable: Bool {
        switch self {
        case .Network: true
        case .Refused(let failure): failure.isRetryable
        case .SignedOut, .Cancelled, .Closed, .AlreadySent, .Internal: false
        }
    }

    /// A code of the protocol's glossary, or `network`, `cancelled`, `closed`, `already_sent`,
    /// `internal`: what to decide by, and what to translate.
    public var code: String {
        switch self {
        case .Network: "network"
        case .SignedOut(let code, _): code
        case .Refused(let failure): failure.code
        case .Cancelled: "cancelled"
        case .Closed: "closed"
        case .AlreadySent: "already_sent"
        case .Internal: "internal"
        }
    }

    /// How long to wait before the next try, when the server said so.
    public var retryAfter: Duration? {
        guard case .Refused(let failure) = self, let wait = failure.retryAfterMs else { return nil }
        return .milliseconds(wait)
    }
}
