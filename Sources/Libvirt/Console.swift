import CLibvirt

/// What a guest writes to its serial console or to a virtio-serial port, byte for byte.
public final class Console: Sendable {
    /// What the guest writes, in the pieces in which it arrives.
    ///
    /// The stream ends when the guest stops or ``close()`` is called. It can be read once. Nothing is received before it is asked for, so
    /// a guest that writes faster than its reader reads is held up by libvirt, and no memory fills.
    public let output: AsyncStream<[UInt8]>

    private let handle: StreamHandle

    init(stream: OpaquePointer, domain: Domain) {
        let handle = StreamHandle(stream: stream, domain: domain)
        self.handle = handle
        // Receiving blocks for as long as the guest is silent, on a thread of `blocking`.
        output = AsyncStream { try? await blocking { handle.receive() } }
    }

    /// Types something: the guest reads it from its console.
    ///
    /// - Throws: ``LibvirtError`` where the guest has stopped.
    public func send(_ bytes: [UInt8]) async throws(LibvirtError) {
        let handle = handle
        try await blocking { () throws(LibvirtError) in try handle.send(bytes) }
    }

    /// Stops listening; ``output`` ends.
    ///
    /// Only for a guest that has stopped or writes: on a local driver libvirt waits here for the reader, and the reader for the guest's
    /// next byte (virFDStreamRead and virFDStreamAbort take one lock).
    public func close() {
        handle.abort()
    }
}

/// A libvirt stream, freed when the last who reads or writes it lets go.
private final class StreamHandle: @unchecked Sendable {
    // Unchecked: libvirt locks the stream itself, and `stream` never changes.
    private let stream: OpaquePointer
    private let domain: Domain

    init(stream: OpaquePointer, domain: Domain) {
        self.stream = stream
        self.domain = domain
    }

    deinit {
        virStreamFree(stream)
    }

    func receive() -> [UInt8]? {
        let pieces = 64 * 1024
        var count: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: pieces) { buffer, filled in
            count = buffer.withMemoryRebound(to: CChar.self) { virStreamRecv(stream, $0.baseAddress, pieces) }
            filled = max(0, Int(count))
        }
        return count > 0 ? bytes : nil
    }

    func send(_ bytes: [UInt8]) throws(LibvirtError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { buffer in
                virStreamSend(stream, buffer.bindMemory(to: CChar.self).baseAddress, buffer.count)
            }
            guard count > 0 else { throw LibvirtError.last("write to the console of the guest \(domain.name)") }
            sent += Int(count)
        }
    }

    func abort() {
        virStreamAbort(stream)
    }
}
