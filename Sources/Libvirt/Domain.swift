import CLibvirt
import Dispatch

/// A running guest.
public final class Domain: @unchecked Sendable {
    // Unchecked: as for Connection, libvirt's own locks make the object usable from any thread, and `raw` never changes.
    let raw: OpaquePointer
    let connection: Connection

    /// Its name, unique on the connection.
    public let name: String

    init(raw: OpaquePointer, connection: Connection) {
        self.raw = raw
        self.connection = connection
        name = virDomainGetName(raw).map { String(cString: $0) } ?? ""
    }

    deinit {
        virDomainFree(raw)
    }

    /// Starts the processors of a paused guest.
    public func resume() async throws(LibvirtError) {
        _ = try await connection.blocking { () throws(LibvirtError) in
            try check(virDomainResume(self.raw), "resume the guest \(self.name)")
        }
    }

    /// Ends the guest at once, as if its power cord were pulled.
    ///
    /// A guest that has already stopped is no error.
    public func destroy() async throws(LibvirtError) {
        do throws(LibvirtError) {
            _ = try await connection.blocking { () throws(LibvirtError) in
                try check(virDomainDestroy(self.raw), "stop the guest \(self.name)")
            }
        } catch  where error.code == .noDomain || error.code == .operationInvalid {
            return
        }
    }

    /// Whether the guest runs or is paused; false where it has stopped and, being transient, is gone.
    public func isActive() async -> Bool {
        let answer = try? await connection.blocking { () throws(LibvirtError) in
            try check(virDomainIsActive(self.raw), "ask for the state of the guest \(self.name)")
        }
        return answer == 1
    }

    /// The guest's stops and crashes, from now on.
    ///
    /// Register before the guest is resumed, else its end can be missed.
    /// - Returns: A stream that ends after the first stop.
    public func stops() throws(LibvirtError) -> AsyncStream<DomainStop> {
        let (stream, continuation) = AsyncStream.makeStream(of: DomainStop.self)
        let sink = Unmanaged.passRetained(StopSink(continuation))
        let connection = connection
        let id = try connection.turn.take {
            imagebake_register_lifecycle(
                connection.raw,
                raw,
                { _, _, event, detail, opaque in
                    guard let opaque, let stop = DomainStop(event: event, detail: detail) else { return 0 }
                    let sink = Unmanaged<StopSink>.fromOpaque(opaque).takeUnretainedValue()
                    sink.continuation.yield(stop)
                    sink.continuation.finish()
                    return 0
                },
                sink.toOpaque(),
                // libvirt may still call the callback after it is deregistered; it says here when it no longer will.
                { opaque in
                    guard let opaque else { return }
                    Unmanaged<StopSink>.fromOpaque(opaque).release()
                }
            )
        }
        guard id >= 0 else {
            let error = LibvirtError.last("watch the guest \(name)")
            sink.release()
            throw error
        }
        continuation.onTermination = { _ in
            // It asks the host, which may be gone.
            DispatchQueue.global().async {
                _ = try? connection.turn.take { virConnectDomainEventDeregisterAny(connection.raw, id) }
            }
        }
        return stream
    }

    /// Attaches to the first serial console.
    ///
    /// - Returns: The console; its bytes begin with the first that the guest writes after this call.
    public func openConsole() async throws(LibvirtError) -> Console {
        try await open("console") { raw, stream in
            virDomainOpenConsole(raw, nil, stream, VIR_DOMAIN_CONSOLE_FORCE.rawValue)
        }
    }

    /// Attaches to a virtio-serial port.
    ///
    /// - Parameter name: The name of a ``DomainDefinition/Channel`` that goes to ``DomainDefinition/Channel/Sink/stream``.
    /// - Returns: What the guest writes to the port; opened before the guest is resumed, from the first byte.
    public func openChannel(_ name: String = DomainDefinition.Channel.anacondaLog) async throws(LibvirtError) -> Console
    {
        try await open("channel '\(name)'") { raw, stream in
            virDomainOpenChannel(raw, name, stream, VIR_DOMAIN_CHANNEL_FORCE.rawValue)
        }
    }

    private func open(
        _ what: String,
        with call: @escaping @Sendable (_ domain: OpaquePointer, _ stream: OpaquePointer) -> Int32
    ) async throws(LibvirtError) -> Console {
        try await connection.blocking { () throws(LibvirtError) in
            guard let stream = virStreamNew(self.connection.raw, VIR_STREAM_NONBLOCK.rawValue) else {
                throw LibvirtError.last("make a stream for the \(what)")
            }
            guard call(self.raw, stream) == 0 else {
                let error = LibvirtError.last("open the \(what) of the guest \(self.name)")
                virStreamFree(stream)
                throw error
            }
            return Console(stream: stream, domain: self)
        }
    }
}

private final class StopSink: Sendable {
    let continuation: AsyncStream<DomainStop>.Continuation

    init(_ continuation: AsyncStream<DomainStop>.Continuation) {
        self.continuation = continuation
    }
}
