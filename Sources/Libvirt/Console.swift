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
        output = AsyncStream { await handle.receive() }
    }

    /// Types something: the guest reads it from its console.
    ///
    /// - Throws: ``LibvirtError`` where the guest has stopped.
    public func send(_ bytes: [UInt8]) async throws(LibvirtError) {
        try await handle.send(bytes)
    }

    /// Stops listening; ``output`` ends.
    public func close() {
        handle.abort()
    }
}
