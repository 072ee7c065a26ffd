import Dispatch

/// Runs blocking file work on threads of its own.
///
/// Swift's pool has one thread per core; a read or an fsync that blocks one of them holds up every other task.
package enum BlockingWork {
    private static let queue = DispatchQueue(label: "imagebake.blocking-work", attributes: .concurrent)

    /// Runs `body`, which asks the flag between its steps whether to go on.
    package static func run<Value: Sendable>(
        _ body: @escaping @Sendable (CancellationFlag) throws -> Value
    ) async throws -> Value {
        let flag = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async {
                    continuation.resume(
                        with: Result {
                            try flag.check()
                            return try body(flag)
                        }
                    )
                }
            }
        } onCancel: {
            flag.cancel()
        }
    }
}
