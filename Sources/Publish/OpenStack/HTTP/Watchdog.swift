import Synchronization

/// Ends an operation in which nothing has moved for too long.
final class Watchdog: Sendable {
    private struct State {
        var limit: Duration
        var last = ContinuousClock.now
    }

    private let state: Mutex<State>

    /// - Parameter limit: How long nothing may move.
    init(limit: Duration) {
        state = Mutex(State(limit: limit))
    }

    /// Something moved.
    ///
    /// - Parameter limit: What counts from now on; nil for no change.
    func touch(limit: Duration? = nil) {
        state.withLock { state in
            state.last = .now
            if let limit { state.limit = limit }
        }
    }

    /// Runs an operation; cancels it, and throws the error, when nothing has moved for too long.
    func guarding<Value: Sendable>(
        _ error: @escaping @Sendable (Duration) -> OpenStackError,
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        touch()
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                while true {
                    let (deadline, limit) = self.state.withLock { ($0.last + $0.limit, $0.limit) }
                    guard deadline > .now else { throw error(limit) }
                    // The limit may become shorter meanwhile, but never by much less than a second's notice.
                    try await Task.sleep(until: min(deadline, .now + .seconds(1)), clock: .continuous)
                }
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
