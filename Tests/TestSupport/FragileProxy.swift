import Foundation
import Synchronization

/// A TCP proxy on 127.0.0.1 that can fail as a network does: cut its connections, or fall silent.
package final class FragileProxy: Sendable {
    private struct State {
        var sockets: [Int32] = []
        var forwarded = 0
        var limit: Int?
        // Whether new connections are taken after a cut.
        var isOnce = false
        // Whether they are turned away, for as long as it is so.
        var isRefusing = false
        var refusesAfterCut = false
        var isSilent = false
        var isClosed = false
    }

    /// The port that it listens on.
    package let port: UInt16
    private let target: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    /// Starts one before a port of 127.0.0.1.
    package init(to target: UInt16) throws {
        self.target = target
        (listener, port) = try FreePort.listen()
        Thread.detachNewThread { [self] in accept() }
    }

    /// The bytes that went through, both ways together.
    package var forwarded: Int { state.withLock { $0.forwarded } }

    /// Cuts all connections, and takes no more, once so many more bytes have gone through.
    package func cut(after bytes: Int) {
        state.withLock { $0.limit = $0.forwarded + bytes }
    }

    /// Cuts all connections once so many more bytes have gone through, and goes on with those that come then.
    package func cutOnce(after bytes: Int) {
        state.withLock { state in
            state.limit = state.forwarded + bytes
            state.isOnce = true
        }
    }

    /// Cuts all connections once so many more bytes have gone through, and turns others away until ``heal()``.
    package func refuse(after bytes: Int) {
        state.withLock { state in
            state.limit = state.forwarded + bytes
            state.isOnce = true
            state.refusesAfterCut = true
        }
    }

    /// Cuts all connections now, and turns others away until ``heal()``.
    package func refuse() {
        state.withLock { $0.isRefusing = true }
        cutOpenConnections()
    }

    /// Takes connections again.
    package func heal() {
        state.withLock { ($0.isRefusing, $0.refusesAfterCut, $0.isOnce, $0.limit) = (false, false, false, nil) }
    }

    /// Cuts all connections, and takes no more.
    package func cut() {
        let sockets = state.withLock { state in
            state.isClosed = true
            return state.sockets
        }
        for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func cutOpenConnections() {
        let sockets = state.withLock { state in
            defer { state.sockets = [] }
            return state.sockets
        }
        for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    /// Forwards nothing any more, and says so to nobody.
    package func fallSilent() { state.withLock { $0.isSilent = true } }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0, let server = try? FreePort.connect(target) else { break }
            let (isClosed, isRefusing) = state.withLock { state in
                if !state.isRefusing { state.sockets += [client, server] }
                return (state.isClosed, state.isRefusing)
            }
            if isRefusing {
                close(client)
                close(server)
                continue
            }
            if isClosed { break }
            Thread.detachNewThread { [self] in pump(client, server) }
            Thread.detachNewThread { [self] in pump(server, client) }
        }
        close(listener)
    }

    private func pump(_ source: Int32, _ sink: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            let (isSilent, isOver, isOnce) = state.withLock { state in
                state.forwarded += count
                let isOver = state.limit.map { state.forwarded >= $0 } ?? false
                if isOver {
                    state.limit = nil
                    state.isRefusing = state.refusesAfterCut
                }
                return (state.isSilent, isOver, state.isOnce)
            }
            if isOver {
                if isOnce { cutOpenConnections() } else { cut() }
                return
            }
            // What arrives now is swallowed.
            if isSilent { continue }
            var sent = 0
            while sent < count {
                let result = buffer.withUnsafeBytes { bytes in
                    send(sink, bytes.baseAddress.map { $0 + sent }, count - sent, Int32(MSG_NOSIGNAL))
                }
                guard result > 0 else { return }
                sent += result
            }
        }
        // The end of one side is told to the other, unless the proxy is silent.
        if !state.withLock({ $0.isSilent }) { shutdown(sink, Int32(SHUT_WR)) }
    }
}
