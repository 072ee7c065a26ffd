import Dispatch
import Foundation

/// Runs a libvirt call, which may block for seconds, away from the cooperative pool, whose threads are as few as the cores.
///
/// - Parameter body: The call and the reading of its error, both on one thread.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws(LibvirtError) -> Value) async throws(LibvirtError)
    -> Value
{
    let result: Result<Value, LibvirtError> = await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
            do throws(LibvirtError) {
                continuation.resume(returning: .success(try body()))
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
    }
    return try result.get()
}

/// Runs a libvirt call on a thread of its own, and waits no longer than asked.
///
/// Neither a time-out nor a cancellation can end the call: its thread stays until libvirt returns, and what it returns then is
/// dropped.
/// - Parameters:
///   - limit: How long to wait; nil for as long as it takes.
///   - grace: How long a cancelled task waits for the call, which may have noticed too.
///   - operation: What the call does, for the error.
///   - loss: The connection whose loss is an answer too.
///   - body: The call and the reading of its error.
func blocking<Value: Sendable>(
    within limit: Duration?,
    grace: Duration = .zero,
    _ operation: String,
    loss: ConnectionLoss? = nil,
    onCancel: @escaping @Sendable () -> Void = {},
    _ body: @escaping @Sendable () throws(LibvirtError) -> Value
) async throws(LibvirtError) -> Value {
    let answer = FirstAnswer<Value>()
    let thread = Thread {
        do throws(LibvirtError) {
            answer.give(.success(try body()))
        } catch {
            answer.give(.failure(error))
        }
    }
    thread.name = "libvirt-call"
    thread.start()
    let listener = loss?.listen { answer.give(.failure($0)) }
    if let limit {
        DispatchQueue.global().asyncAfter(deadline: .now() + limit.dispatchInterval) {
            let message = "no answer within \(limit.components.seconds) s"
            answer.give(.failure(LibvirtError(code: .noConnection, operation: operation, message: message)))
        }
    }
    let result = await withTaskCancellationHandler {
        await answer.value()
    } onCancel: {
        onCancel()
        DispatchQueue.global().asyncAfter(deadline: .now() + grace.dispatchInterval) {
            answer.give(.failure(.cancelled(operation)))
        }
    }
    if let listener { loss?.forget(listener) }
    return try result.get()
}

extension Duration {
    var dispatchInterval: DispatchTimeInterval {
        .milliseconds(Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000))
    }
}
