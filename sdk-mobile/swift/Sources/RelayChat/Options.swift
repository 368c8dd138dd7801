import Foundation
import RelayChatCore

extension RelayClient {
    /// What a client is made with beside the address.
    public struct Options: Sendable {
        /// The file that keeps chats, messages and what is unsent, one for each account. Without it
        /// all of that ends with the client.
        public var storeURL: URL?
        /// Keeps the session of an e-mail login. Without it the person logs in at each start.
        public var sessions: (any SessionStore)?
        /// What to call this device in the person's list of sessions.
        public var deviceName: String?
        /// Where days begin, for the date dividers.
        public var timeZone: TimeZone
        /// Takes what the client has to say about itself: never what a person wrote, nor a token.
        public var log: Log?

        public init(
            storeURL: URL? = nil, sessions: (any SessionStore)? = nil, deviceName: String? = nil,
            timeZone: TimeZone = .current, log: Log? = nil
        ) {
            self.storeURL = storeURL
            self.sessions = sessions
            self.deviceName = deviceName
            self.timeZone = timeZone
            self.log = log
        }
    }

    /// Where the lines of a client's log go. One that is slow loses lines and holds up nothing.
    public struct Log: Sendable {
        let level: LogLevel
        let write: @Sendable (LogRecord) throws -> Void

        public init(_ level: LogLevel = .info, write: @escaping @Sendable (LogRecord) throws -> Void) {
            self.level = level
            self.write = write
        }
    }
}

extension RelayClient.Options {
    func makeCore(url: URL, tokens: (any TokenProvider)?) throws -> CoreClient {
        let options = ClientOptions(
            url: url.absoluteString, storePath: storeURL?.path, deviceName: deviceName,
            utcOffsetMs: Int64(timeZone.secondsFromGMT()) * 1000)
        guard let log else {
            return try CoreClient(options: options, tokens: tokens, sessions: sessions)
        }
        return try CoreClient.withLog(
            options: options, tokens: tokens, sessions: sessions, level: log.level,
            sink: LogForwarder(write: log.write))
    }
}

/// The application's function as the core's provider of tokens.
final class Tokens: TokenProvider {
    private let give: @Sendable (TokenReason) async throws -> String

    init(give: @escaping @Sendable (TokenReason) async throws -> String) { self.give = give }

    func token(reason: TokenReason) async throws -> String {
        do {
            return try await give(reason)
        } catch let error as TokenError {
            throw error
        } catch RelayError.SignedOut(_, let detail) {
            throw TokenError.Unauthorized(detail: detail)
        } catch {
            // Its text may hold anything; its kind is enough for who looks for the cause.
            throw TokenError.Failed(detail: "\(type(of: error))")
        }
    }
}

/// The application's function as the core's sink of the log.
final class LogForwarder: LogSink {
    private let write: @Sendable (LogRecord) throws -> Void

    init(write: @escaping @Sendable (LogRecord) throws -> Void) { self.write = write }

    func log(record: LogRecord) throws { try write(record) }
}
