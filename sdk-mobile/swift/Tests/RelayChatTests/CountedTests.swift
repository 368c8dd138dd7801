import Foundation
import RelayChatCore
import XCTest

@testable import RelayChat

/// What needs to be alone in the process, because it counts what lives in it.
final class CountedTests: XCTestCase {
    func testACancelledTaskEndsItsCallInTheCore() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, _) = try await ada.chat(with: bob)
        ada.client.setNetworkOnline(false)
        try await first("being offline", in: ada.client.connection) { $0 == .offline ? true : nil }
        let sent = hers.send(.text("it waits"))
        let before = liveCounts().calls
        let task = Task { try await sent.delivered() }
        try await until("the call") { liveCounts().calls == before + 1 }
        task.cancel()
        do {
            _ = try await task.value
            XCTFail("it was delivered")
        } catch is CancellationError {}
        try await until("the end of the call") { liveCounts().calls == before }
        XCTAssertEqual(sent.state.value.state, .queued, "the message itself still waits")
        await ada.close()
        await bob.close()
    }

    func testACancelledTaskThatHasNotBegunCallsNothing() async throws {
        let ada = try await Person.new("ada")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await ada.client.people.list()
        }
        do {
            _ = try await task.value
            XCTFail("it was answered")
        } catch is CancellationError {}
        await ada.close()
    }

    func testLoopsThatEndWatchNothing() async throws {
        let ada = try await Person.new("ada")
        try await until("an end of all before") { liveCounts().subscriptions == 0 }
        let loop = Task {
            for await _ in ada.client.connection {}
        }
        try await until("the subscription") { liveCounts().subscriptions == 1 }
        loop.cancel()
        await loop.value
        try await until("its end") { liveCounts().subscriptions == 0 }
        for await _ in ada.client.chats { break }
        try await until("the end of a loop that was left") { liveCounts().subscriptions == 0 }
        await ada.close()
    }

    func testAListenerThatThrowsHurtsNobody() async throws {
        let ada = try await Person.new("ada")
        let before = liveCounts().listenerFailures
        let subscription = ada.client.core.watchConnection(listener: ThrowingListener())
        try await until("the failure") { liveCounts().listenerFailures > before }
        ada.client.setNetworkOnline(false)
        try await until("the next failure") { liveCounts().listenerFailures > before + 1 }
        ada.client.setNetworkOnline(true)
        try await first("the connection", in: ada.client.connection) { $0 == .connected ? true : nil }
        subscription.cancel()
        await ada.close()
    }

    func testAListenerThatBlocksHoldsUpItselfAlone() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, his) = try await ada.chat(with: bob)
        let listener = BlockingListener()
        let subscription = bob.client.core.watchConnection(listener: listener)
        try await until("the call") { listener.isCalled.value }
        try await hers.send(.text("past it")).delivered()
        try await first("the message", in: his.timeline()) { $0.texts == ["past it"] ? true : nil }
        listener.gate.signal()
        subscription.cancel()
        await ada.close()
        await bob.close()
    }

    func testALogThatThrowsHurtsNobody() async throws {
        let lines = Shared(0)
        let log = RelayClient.Log(.trace) { record in
            lines.change { $0 += record.text.isEmpty ? 0 : 1 }
            throw TooLate(description: "the disk is full")
        }
        let ada = try await Person.new("ada", options: .init(log: log))
        // What throws is a line of the log.
        let subscription = ada.client.core.watchConnection(listener: ThrowingListener())
        try await until("a line") { lines.value > 0 }
        ada.client.setNetworkOnline(false)
        try await until("the next line") { lines.value > 1 }
        subscription.cancel()
        ada.client.setPushToken(PushToken(service: .apns, token: "of this device"))
        XCTAssertEqual(ada.client.pushToken?.token, "of this device")
        await ada.close()
    }

    func testClosedWhileBusyItLeavesNothing() async throws {
        try await until("an end of all before") { liveCounts().clients == 0 }
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, _) = try await ada.chat(with: bob)
        ada.client.setNetworkOnline(false)
        try await first("being offline", in: ada.client.connection) { $0 == .offline ? true : nil }
        let sent = (1...20).map { hers.send(.text("\($0)")) }
        let waits = sent.map { one in Task { try await one.delivered() } }
        let loops = [
            Task { for await _ in hers.timeline() {} },
            Task { for await _ in ada.client.chats {} },
            Task { for await _ in ada.client.people.presence(of: bob.id) {} },
        ]
        try await until("the calls") { liveCounts().calls >= 20 }
        async let one: Void = ada.close()
        async let other: Void = ada.close()
        _ = await (one, other)
        for wait in waits {
            do {
                _ = try await wait.value
                XCTFail("it was delivered")
            } catch RelayError.Closed {}
        }
        for loop in loops { await loop.value }
        do {
            _ = try await ada.client.people.list()
            XCTFail("a closed client answers")
        } catch RelayError.Closed {}
        for await _ in ada.client.connection { break }
        await bob.close()
        try await nothingLives()
    }

    func testAClientThatIsLetGoEnds() async throws {
        try await until("an end of all before") { liveCounts().clients == 0 }
        var loop: Task<Void, Never>?
        do {
            let ada = try await Person.new("ada")
            // A loop keeps no client alive, only what it is made of does.
            nonisolated(unsafe) let connection = ada.client.connection.makeAsyncIterator()
            loop = Task {
                var values = connection
                while await values.next() != nil {}
            }
        }
        await loop?.value
        try await nothingLives()
    }

    /// No client, call, subscription or thread; the kernel says so too.
    private func nothingLives() async throws {
        try await until("an end of everything") {
            let counts = liveCounts()
            return counts.clients + counts.threads + counts.subscriptions + counts.calls == 0
        }
        try await until("an end of the threads") { try threads().isEmpty }
    }

    /// The threads of this process that are the core's.
    private func threads() throws -> [String] {
        #if os(Linux)
            let tasks = "/proc/self/task"
            return try FileManager.default.contentsOfDirectory(atPath: tasks).compactMap { id in
                let name = try? String(contentsOfFile: "\(tasks)/\(id)/comm", encoding: .utf8)
                return name.flatMap { $0.hasPrefix("relaychat") ? $0 : nil }
            }
        #else
            return []
        #endif
    }
}

private final class ThrowingListener: ConnectionListener {
    func onChange(value: ConnectionState) throws {
        throw TooLate(description: "a bug of the application")
    }
}

private final class BlockingListener: ConnectionListener {
    let gate = DispatchSemaphore(value: 0)
    let isCalled = Shared(false)

    func onChange(value: ConnectionState) {
        isCalled.change { $0 = true }
        gate.wait()
    }
}
