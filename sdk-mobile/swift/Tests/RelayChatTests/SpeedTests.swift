import Foundation
import RelayChatCore
import XCTest

@testable import RelayChat

/// How many events come through the glue in a second. It prints, and asserts only that they come.
final class SpeedTests: XCTestCase {
    private static let wanted = 20_000

    func testEventsComeThrough() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, _) = try await ada.chat(with: bob)
        let listener = CountingListener()
        let subscription = hers.core.watchDraft(listener: listener)
        let clock = ContinuousClock()
        var calls = 0
        let took = try await clock.measure {
            let deadline = clock.now + patience
            while listener.heard.value < Self.wanted {
                // Each event is asked for when the one before was heard, so that none is skipped.
                let heard = listener.heard.value
                hers.setDraft("\(calls)")
                calls += 1
                while listener.heard.value == heard {
                    if clock.now > deadline { throw TooLate(description: "not all events came") }
                    await Task.yield()
                }
            }
        }
        subscription.cancel()
        let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
        let rate = Int(Double(listener.heard.value) / seconds)
        print("events through the FFI: \(rate) a second, there and back")
        await ada.close()
        await bob.close()
    }
}

private final class CountingListener: DraftListener {
    let heard = Shared(0)

    func onChange(value: String) { heard.change { $0 += 1 } }
}
