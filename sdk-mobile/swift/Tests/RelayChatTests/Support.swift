import Foundation
import RelayChat
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What a test waits for did not come.
struct TooLate: Error, CustomStringConvertible {
    let description: String
}

/// Long enough for a machine with other work to do; nothing waits for it unless it fails.
let patience: Duration = .seconds(30)

/// The engine that the suite has started.
enum Engine {
    static var url: URL {
        get throws {
            guard let text = ProcessInfo.processInfo.environment["RELAYCHAT_URL"],
                let url = URL(string: text)
            else { throw TooLate(description: "RELAYCHAT_URL names no engine") }
            return url
        }
    }

    /// The newest login code to an address, from the development inbox; mail leaves a moment after
    /// it was asked for.
    static func code(for email: String) async throws -> String {
        struct Mail: Decodable { let code: String }
        var address = URLComponents(
            url: try url.appendingPathComponent("_/inbox/latest.json"), resolvingAgainstBaseURL: false)
        address?.queryItems = [URLQueryItem(name: "email", value: email)]
        guard let wanted = address?.url else { throw TooLate(description: "no address of the inbox") }
        return try await eventually("a mail to \(email)") {
            guard let (body, _) = try? await URLSession.shared.data(from: wanted) else { return nil }
            return try? JSONDecoder().decode(Mail.self, from: body).code
        }
    }
}

/// Asks again until there is an answer.
func eventually<Answer: Sendable>(
    _ what: String, isolation: isolated (any Actor)? = #isolation, _ ask: () async throws -> Answer?
) async throws -> Answer {
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
        if let answer = try await ask() { return answer }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw TooLate(description: "there was never \(what)")
}

/// Waits until a condition holds.
func until(
    _ what: String, isolation: isolated (any Actor)? = #isolation, _ holds: () async throws -> Bool
) async throws {
    let _: Bool = try await eventually(what, isolation: isolation) { try await holds() ? true : nil }
}

/// The first value of a sequence that the function takes.
@discardableResult
func first<Values: AsyncSequence & Sendable, Answer: Sendable>(
    _ what: String, in values: Values, _ take: @escaping @Sendable (Values.Element) -> Answer?
) async throws -> Answer {
    try await withThrowingTaskGroup(of: Answer?.self) { group in
        group.addTask {
            for try await value in values {
                if let answer = take(value) { return answer }
            }
            return nil
        }
        group.addTask {
            try await Task.sleep(for: patience)
            return nil
        }
        defer { group.cancelAll() }
        guard let answer = try await group.next() ?? nil else {
            throw TooLate(description: "there was never \(what)")
        }
        return answer
    }
}
