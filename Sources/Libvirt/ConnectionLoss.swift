import CLibvirt
import Synchronization

/// Whether a connection is lost, and who wants to know.
final class ConnectionLoss: Sendable {
    typealias Listener = @Sendable (LibvirtError) -> Void

    private struct State {
        var reason: String?
        var listeners: [Int: Listener] = [:]
        var count = 0
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
        let listener = listen { error in
            continuation.yield(error)
            continuation.finish()
        }
        continuation.onTermination = { _ in self.forget(listener) }
        return stream
    }

    /// Has somebody told of the loss, at once where it has happened.
    ///
    /// - Returns: What ``forget(_:)`` takes.
    func listen(_ listener: @escaping Listener) -> Int {
        let (number, reason) = state.withLock { state in
            state.count += 1
            if state.reason == nil { state.listeners[state.count] = listener }
            return (state.count, state.reason)
        }
        if let reason { listener(error(reason)) }
        return number
    }

    /// Tells a listener nothing any more.
    func forget(_ listener: Int) {
        state.withLock { _ = $0.listeners.removeValue(forKey: listener) }
    }

    /// Says that the connection is lost; the first reason counts.
    func lose(_ reason: String) {
        let listeners: [Listener] = state.withLock { state in
            guard state.reason == nil else { return [] }
            state.reason = reason
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener(error(reason)) }
    }

    private func error(_ reason: String) -> LibvirtError {
        LibvirtError(code: .connectionLost, operation: "talk to \(uri)", message: reason)
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
