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
        output = AsyncStream { await Self.next(handle) }
    }

    /// Types something: the guest reads it from its console.
    ///
    /// - Throws: ``LibvirtError`` where the guest has stopped.
    public func send(_ bytes: [UInt8]) async throws(LibvirtError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest
            let handle = handle
            let count = try await blocking { () throws(LibvirtError) in try handle.send(piece) }
            rest = rest.dropFirst(count)
            if count == 0 { try? await Task.sleep(for: Self.patience) }
        }
    }

    /// Stops listening; ``output`` ends.
    public func close() {
        handle.abort()
    }

    /// For how long to wait before a silent guest is asked again.
    ///
    /// A stream that blocks would hold libvirt's lock of it until the guest's next byte (virFDStreamRead), and nothing could be typed, nor
    /// the stream closed, until then.
    private static let patience = Duration.milliseconds(20)

    private static func next(_ handle: StreamHandle) async -> [UInt8]? {
        while !Task.isCancelled {
            switch await handle.receive() {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case .nothing: try? await Task.sleep(for: patience)
            }
        }
        return nil
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

    /// What is there to be received.
    enum Received: Sendable {
        case bytes([UInt8])
        /// Nothing now.
        case nothing
        /// Nothing any more.
        case end
    }

    /// Receives without waiting.
    func receive() async -> Received {
        (try? await blocking { self.receiveNow() }) ?? .end
    }

    private func receiveNow() -> Received {
        let pieces = 64 * 1024
        var count: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: pieces) { buffer, filled in
            count = buffer.withMemoryRebound(to: CChar.self) { virStreamRecv(stream, $0.baseAddress, pieces) }
            filled = max(0, Int(count))
        }
        // -2 says that it would block (libvirt, virStreamRecv).
        return count > 0 ? .bytes(bytes) : count == -2 ? .nothing : .end
    }

    /// Sends what the stream takes now.
    ///
    /// - Returns: The number of bytes that it took.
    func send(_ bytes: ArraySlice<UInt8>) throws(LibvirtError) -> Int {
        let count = bytes.withUnsafeBytes { buffer in
            virStreamSend(stream, buffer.bindMemory(to: CChar.self).baseAddress, buffer.count)
        }
        if count == -2 { return 0 }
        guard count >= 0 else { throw LibvirtError.last("write to the console of the guest \(domain.name)") }
        return Int(count)
    }

    func abort() {
        virStreamAbort(stream)
    }
}
