import NIOPosix
import Synchronization
import SystemPackage

/// Runs what may block for long on NIO's thread pool: the threads of Swift's own pool are as few as the processors.
enum Blocking {
    /// Runs `body`, which is told through its argument whether the task has been cancelled meanwhile.
    static func run<Value: Sendable>(
        _ path: FilePath,
        _ body: @escaping @Sendable (_ cancelled: @Sendable () -> Bool) throws(TreeError) -> Value
    ) async throws(TreeError) -> Value {
        let flag = CancellationFlag()
        do {
            return try await withTaskCancellationHandler {
                // Not NIO's own cancellation: it would drop a job that has not started, and with it the clean-up inside.
                try await NIOThreadPool.singleton.runIfActive { () throws -> Result<Value, TreeError> in
                    do throws(TreeError) {
                        return .success(try body { flag.isSet })
                    } catch {
                        return .failure(error)
                    }
                }.get()
            } onCancel: {
                flag.set()
            }
        } catch let error as TreeError {
            throw error
        } catch is CancellationError {
            throw .cancelled(path.string)
        } catch {
            throw TreeError(.io, at: path.string, "cannot work on \(path)", cause: "\(error)")
        }
    }
}

/// Set once, from any thread.
private final class CancellationFlag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}
