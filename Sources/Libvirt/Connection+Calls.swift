import Dispatch

extension Connection {
    // Longer than any call takes on a host that is well: the first on a fresh daemon waits until that has asked every QEMU what it can do.
    private static let patience = Duration.seconds(180)

    /// Runs a libvirt call of this connection away from the cooperative pool, one at a time; on a remote one, until the connection is lost.
    ///
    /// One at a time, because two threads that wait on one connection of a daemon can make libvirt's client, up to 10.3, reach into the
    /// stack of a thread that has gone on (CVE-2024-4418); streams therefore never wait on a thread (``StreamHandle``).
    ///
    /// libvirt's own calls can outlive their connection: up to 10.0 its client can miss the signal that ends its wait
    /// ("rpc: fix race in waking up client event loop", libvirt 10.1). Their thread is left to itself then.
    /// - Parameters:
    ///   - limit: How long an answer may take before the host counts as gone; nil for as long as the connection lives.
    ///   - body: The call and the reading of its error, both on one thread.
    func blocking<Value: Sendable>(
        within limit: Duration? = Connection.patience,
        _ body: @escaping @Sendable () throws(LibvirtError) -> Value
    ) async throws(LibvirtError) -> Value {
        let turn = turn
        guard isWatched else {
            return try await Libvirt.blocking { () throws(LibvirtError) in try turn.take(body) }
        }
        let answer = FirstAnswer<Value>()
        let loss = loss
        let listener = loss.listen { answer.give(.failure($0)) }
        DispatchQueue.global().async {
            do throws(LibvirtError) {
                answer.give(.success(try turn.take(body)))
            } catch {
                answer.give(.failure(error))
            }
        }
        if let limit {
            DispatchQueue.global().asyncAfter(deadline: .now() + limit.dispatchInterval) {
                if !answer.isGiven { loss.lose("the host does not answer any more") }
            }
        }
        let result = await answer.value()
        loss.forget(listener)
        return try result.get()
    }
}
