import Dispatch

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
