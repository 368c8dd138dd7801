import Foundation

/// Whether a client is closed, and what is to be done when it is.
///
/// The core tells a listener nothing more after the end, not even that it was the end. Loops have to
/// end all the same: a task that waits for a value which never comes is one that nobody cancels.
final class Life: @unchecked Sendable {
    private let lock = NSLock()
    private var isOver = false
    private var last = 0
    private var endings: [Int: @Sendable () -> Void] = [:]

    /// Calls the function once when the client is closed; at once if it is.
    func atEnd(_ ending: @escaping @Sendable () -> Void) -> Int {
        let number: Int? = lock.withLock {
            if isOver { return nil }
            last += 1
            endings[last] = ending
            return last
        }
        guard let number else {
            ending()
            return 0
        }
        return number
    }

    /// There is nothing to be done any more for who got this number.
    func forget(_ number: Int) {
        _ = lock.withLock { endings.removeValue(forKey: number) }
    }

    /// It is over: does what is to be done. Again it does nothing.
    func end() {
        let last = lock.withLock {
            isOver = true
            defer { endings = [:] }
            return Array(endings.values)
        }
        // Outside of the lock: each of them comes back to be forgotten.
        for ending in last { ending() }
    }
}
