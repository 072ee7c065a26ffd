import CLibvirt
import Foundation

/// What a guest writes to its serial console or to a virtio-serial port, byte for byte.
public final class Console: Sendable {
    /// What the guest writes, in the pieces in which it arrives.
    ///
    /// The stream ends when the guest stops or ``close()`` is called. It can be read once.
    public let output: AsyncStream<[UInt8]>

    private let handle: StreamHandle

    init(stream: OpaquePointer, domain: Domain) {
        let handle = StreamHandle(stream: stream, domain: domain)
        self.handle = handle
        let (output, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        self.output = output
        // Receiving blocks for as long as the guest is silent, so it has a thread of its own. That thread alone frees the
        // stream, for nobody else can know when virStreamRecv has returned.
        let thread = Thread {
            var buffer = [CChar](repeating: 0, count: 64 * 1024)
            while true {
                let count = virStreamRecv(handle.stream, &buffer, buffer.count)
                guard count > 0 else { break }
                continuation.yield(buffer[..<Int(count)].map { UInt8(bitPattern: $0) })
            }
            continuation.finish()
            handle.free()
        }
        thread.name = "libvirt-console"
        thread.start()
    }

    /// Stops listening; ``output`` ends.
    ///
    /// Only for a guest that has stopped or writes: on a local driver libvirt waits here for the reader, and the reader for the guest's
    /// next byte (virFDStreamRead and virFDStreamAbort take one lock).
    public func close() {
        handle.abort()
    }
}

/// A libvirt stream that is aborted from one thread and freed by another.
private final class StreamHandle: @unchecked Sendable {
    // Unchecked: `isFreed` is guarded by the lock, and libvirt locks the stream itself.
    let stream: OpaquePointer
    private let domain: Domain
    private let lock = NSLock()
    private var isFreed = false

    init(stream: OpaquePointer, domain: Domain) {
        self.stream = stream
        self.domain = domain
    }

    func abort() {
        lock.withLock {
            if !isFreed { virStreamAbort(stream) }
        }
    }

    func free() {
        lock.withLock {
            isFreed = true
            virStreamFree(stream)
        }
    }
}
