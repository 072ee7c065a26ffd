import Synchronization

/// Tells blocking work on another thread that its task was cancelled.
package final class CancellationFlag: Sendable {
    private let isSet = Atomic<Bool>(false)

    package init() {}

    package func cancel() {
        isSet.store(true, ordering: .relaxed)
    }

    package var isCancelled: Bool {
        isSet.load(ordering: .relaxed)
    }

    /// Throws `CancellationError` once ``cancel()`` was called.
    package func check() throws {
        if isCancelled { throw CancellationError() }
    }
}
