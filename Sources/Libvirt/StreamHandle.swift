import CLibvirt
import Dispatch
import Synchronization
import SystemPackage

/// A libvirt stream that never blocks a thread: what waits is told by libvirt's event loop.
///
/// A thread that blocks in a stream of a daemon's connection would do that connection's input and output for all others, and libvirt's
/// client, up to 10.3, can then reach into the stack of a thread that has gone on (CVE-2024-4418).
final class StreamHandle: @unchecked Sendable {
    // Unchecked: libvirt locks the stream itself, and `stream` never changes.
    private let stream: OpaquePointer
    private let domain: Domain
    private let signal = Signal()

    private var connection: Connection { domain.connection }

    /// Takes over a stream with the flag `VIR_STREAM_NONBLOCK`.
    init(stream: OpaquePointer, domain: Domain) {
        self.stream = stream
        self.domain = domain
        let opaque = Unmanaged.passRetained(signal).toOpaque()
        let result = virStreamEventAddCallback(
            stream,
            0,
            { stream, _, opaque in
                guard let opaque else { return }
                // Once a question: whoever waits asks anew.
                virStreamEventUpdateCallback(stream, 0)
                Unmanaged<Signal>.fromOpaque(opaque).takeUnretainedValue().give()
            },
            opaque,
            { opaque in
                guard let opaque else { return }
                Unmanaged<Signal>.fromOpaque(opaque).release()
            }
        )
        if result < 0 { Unmanaged<Signal>.fromOpaque(opaque).release() }
    }

    deinit {
        virStreamEventRemoveCallback(stream)
        virStreamFree(stream)
    }

    /// The next bytes, as many as are there; nil at the end.
    ///
    /// To be called by one task at a time.
    func receive() async -> [UInt8]? {
        while true {
            let (count, bytes): (Int32, [UInt8]) = await onQueue { [self] in
                let size = 64 * 1024
                var count: Int32 = 0
                let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
                    count = buffer.withMemoryRebound(to: CChar.self) { virStreamRecv(stream, $0.baseAddress, size) }
                    filled = max(0, Int(count))
                }
                return (count, bytes)
            }
            if count > 0 { return bytes }
            // libvirt's answer where nothing is there yet.
            guard count == -2, await isReadable() else { return nil }
        }
    }

    /// Writes all of some bytes.
    func send(_ bytes: [UInt8]) async throws(LibvirtError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest
            let count = try await connection.blocking { () throws(LibvirtError) in
                let count = piece.withUnsafeBytes { buffer in
                    virStreamSend(self.stream, buffer.bindMemory(to: CChar.self).baseAddress, buffer.count)
                }
                guard count > 0 || count == -2 else {
                    throw LibvirtError.last("write to the console of the guest \(self.domain.name)")
                }
                return Int(count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else {
                // A person types; that the guest does not read for a moment is rare.
                try? await Task.sleep(for: .milliseconds(50))
                if Task.isCancelled { throw .cancelled("write to the console of the guest \(domain.name)") }
            }
        }
    }

    func abort() {
        virStreamAbort(stream)
        signal.give()
    }

    /// Waits until there is something to receive, or an end.
    ///
    /// - Returns: Whether the stream can still be read; not so where the connection is lost or the task cancelled.
    private func isReadable() async -> Bool {
        let answer = signal.renew()
        let listener = connection.loss.listen { answer.give(.failure($0)) }
        let events =
            VIR_STREAM_EVENT_READABLE.rawValue | VIR_STREAM_EVENT_ERROR.rawValue | VIR_STREAM_EVENT_HANGUP.rawValue
        let result: Result<Void, LibvirtError>
        if virStreamEventUpdateCallback(stream, Int32(bitPattern: events)) < 0 {
            // It has ended meanwhile: receiving tells how.
            result = .success(())
        } else {
            result = await withTaskCancellationHandler {
                await answer.value()
            } onCancel: {
                answer.give(.failure(.cancelled("receive")))
            }
        }
        connection.loss.forget(listener)
        if case .success = result { return true }
        return false
    }

    /// Runs a call that takes locks but does not wait, away from the cooperative pool.
    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: body()) }
        }
    }

    /// Who waits for an event.
    private final class Signal: Sendable {
        private let waiting = Mutex<FirstAnswer<Void>?>(nil)

        func renew() -> FirstAnswer<Void> {
            let answer = FirstAnswer<Void>()
            waiting.withLock { $0 = answer }
            return answer
        }

        func give() { waiting.withLock { $0 }?.give(.success(())) }
    }
}
