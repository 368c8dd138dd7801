import Foundation
import RelayChat

/// A chat for the command line: the shortest way to see the package at work.
///
/// Not top-level code: that would belong to the main actor, and may not hand its values to the
/// asynchronous calls of a library.
@main
struct SwiftChat {
    static let usage = """
        swift-chat URL EMAIL            chat in the terminal
        swift-chat --self-test URL      let two people talk (needs the development inbox)
        swift-chat --room URL STORE     take commands: see examples/room/README.md

        """

    static func main() async {
        do {
            try await run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("swift-chat: \(error)\n".utf8))
            exit(1)
        }
    }

    static func run(_ arguments: [String]) async throws {
        switch arguments.first {
        case "--self-test" where arguments.count == 2:
            try await SelfTest.run(try address(arguments[1]))
        case "--room" where arguments.count == 3:
            try await Room(url: try address(arguments[1]), store: arguments[2]).run()
        case .some(let url) where arguments.count == 2 && !url.hasPrefix("-"):
            try await Terminal(url: try address(url), email: arguments[1]).run()
        default:
            FileHandle.standardError.write(Data(usage.utf8))
            exit(2)
        }
    }

    static func address(_ text: String) throws -> URL {
        guard let url = URL(string: text) else { throw Unusable(what: "`\(text)` is no address") }
        return url
    }
}

/// What was given cannot be used.
struct Unusable: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
}

/// The lines of standard input. Reading waits, so it has a thread of its own.
func inputLines() -> AsyncStream<String> {
    let (lines, continuation) = AsyncStream.makeStream(of: String.self)
    let reader = Thread {
        while let line = readLine() { continuation.yield(line) }
        continuation.finish()
    }
    reader.start()
    return lines
}

/// Writes at once, whatever standard output is.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
