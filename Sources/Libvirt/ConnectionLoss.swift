import CLibvirt
import Synchronization

/// Whether a connection is lost, and who wants to know.
final class ConnectionLoss: Sendable {
    private struct State {
        var reason: String?
        var listeners: [AsyncStream<LibvirtError>.Continuation] = []
    }

    private let uri: String
    private let state = Mutex(State())

    init(_ uri: String) {
        self.uri = uri
    }

    /// Has libvirt tell of the loss; a driver inside this process never does.
    func watch(_ connection: OpaquePointer) {
        let opaque = Unmanaged.passRetained(self).toOpaque()
        let result = virConnectRegisterCloseCallback(
            connection,
            Self.onClose,
            opaque,
            { opaque in
                guard let opaque else { return }
                Unmanaged<ConnectionLoss>.fromOpaque(opaque).release()
            }
        )
        if result < 0 { Unmanaged<ConnectionLoss>.fromOpaque(opaque).release() }
    }

    /// Ends the watch; libvirt holds the connection open for as long as it lasts.
    static func unwatch(_ connection: OpaquePointer) {
        virConnectUnregisterCloseCallback(connection, onClose)
    }

    /// A stream that tells of the loss, at once where it has happened, and ends.
    func stream() -> AsyncStream<LibvirtError> {
        let (stream, continuation) = AsyncStream.makeStream(of: LibvirtError.self)
        let reason: String? = state.withLock { state in
            if state.reason == nil { state.listeners.append(continuation) }
            return state.reason
        }
        if let reason { tell(continuation, reason) }
        return stream
    }

    private func lose(_ reason: String) {
        let listeners = state.withLock { state in
            guard state.reason == nil else { return [AsyncStream<LibvirtError>.Continuation]() }
            state.reason = reason
            defer { state.listeners = [] }
            return state.listeners
        }
        for listener in listeners { tell(listener, reason) }
    }

    private func tell(_ listener: AsyncStream<LibvirtError>.Continuation, _ reason: String) {
        listener.yield(LibvirtError(code: .connectionLost, operation: "talk to \(uri)", message: reason))
        listener.finish()
    }

    // One function for both calls: libvirt finds by it what to unregister.
    private static let onClose: virConnectCloseFunc = { _, reason, opaque in
        guard let opaque else { return }
        let text: String? =
            switch virConnectCloseReason(UInt32(bitPattern: reason)) {
            case VIR_CONNECT_CLOSE_REASON_CLIENT: nil
            case VIR_CONNECT_CLOSE_REASON_EOF: "libvirt's daemon closed the connection"
            case VIR_CONNECT_CLOSE_REASON_KEEPALIVE: "the host does not answer any more"
            default: "the connection broke"
            }
        if let text { Unmanaged<ConnectionLoss>.fromOpaque(opaque).takeUnretainedValue().lose(text) }
    }
}
