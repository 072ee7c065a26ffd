import Foundation
import Synchronization

/// A proxy for tests, on 127.0.0.1 before an HTTP server, that does one wrong thing at a chosen byte of a chosen request.
///
/// Each connection serves one request, which both sides are told. Whatever the fault does not touch goes through as it is.
package final class FaultProxy: Sendable {
    private struct State {
        var fault: Fault?
        var left = 0
        var skipping = 0
        var happened = 0
        var isOut = false
        var lines: [String] = []
        var sockets: Set<Int32> = []
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
        // Small, and inherited by what is accepted: else the kernel takes megabytes that nobody reads.
        var size: Int32 = 64 << 10
        setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        Thread.detachNewThread { [self] in accept() }
    }

    /// Without a version.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// How often the fault happened.
    package var happened: Int { state.withLock { $0.happened } }

    /// The requests since ``arm(_:)``: method and path.
    package var lines: [String] { state.withLock { $0.lines } }

    /// From now on this goes wrong.
    package func arm(_ fault: Fault) {
        state.withLock { state in
            (state.fault, state.left, state.happened, state.isOut, state.lines) = (fault, fault.times, 0, false, [])
            state.skipping = fault.skipping
        }
    }

    /// From now on nothing goes wrong.
    package func heal() {
        state.withLock { ($0.fault, $0.isOut) = (nil, false) }
    }

    /// Ends all connections, and takes no more.
    package func stop() {
        let sockets = state.withLock { $0.sockets }
        for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            if state.withLock({ $0.isOut }) {
                Self.reset(client)
                continue
            }
            state.withLock { _ = $0.sockets.insert(client) }
            Thread.detachNewThread { [self] in
                serve(client)
                _ = state.withLock { $0.sockets.remove(client) }
                close(client)
            }
        }
        close(listener)
    }

    /// The fault that this request meets.
    private func fault(of request: FaultRequest) -> Fault.Kind? {
        state.withLock { state in
            state.lines.append("\(request.method) \(request.path)")
            guard let fault = state.fault, state.left > 0, fault.step == request.step else { return nil }
            if fault.kind == .wrongDigest || fault.kind == .wrongSize, !request.isOfUploaded(state.lines) { return nil }
            if state.skipping > 0 {
                state.skipping -= 1
                return nil
            }
            if state.left != .max { state.left -= 1 }
            state.happened += 1
            return fault.kind
        }
    }

    private func serve(_ client: Int32) {
        guard let request = FaultRequest(from: client) else { return }
        let fault = fault(of: request)
        switch fault {
        case .page:
            _ = request.readBody(upTo: .max) { _ in true }
            Self.send(client, status: 200, "<html><body>Log in to this network</body></html>", type: "text/html")
            return
        case .duplicate:
            var body: [UInt8] = []
            _ = request.readBody(upTo: .max) { part in
                body += part
                return true
            }
            var answer: [UInt8] = []
            for _ in 0..<2 { answer = exchange(request.head(), body) }
            Self.send(client, answer)
            return
        default: break
        }

        guard let server = try? FreePort.connect(target) else { return }
        defer { close(server) }
        var lost = 0
        if case .shorten(let bytes) = fault { lost = bytes }
        guard Self.send(server, request.head(lengthLess: lost)) else { return }
        let limit: Int =
            switch fault {
            case .cut(let bytes), .stall(let bytes), .refuse(_, let bytes), .outage(let bytes): bytes
            case .shorten(let bytes): max(0, (request.length ?? 0) - bytes)
            default: .max
            }
        var position = 0
        let isWhole = request.readBody(upTo: limit) { part in
            var part = part
            if case .corrupt(let index) = fault, position <= index, index < position + part.count {
                part[index - position] ^= 0xff
            }
            position += part.count
            // A server that has answered reads no more.
            return !Self.isReadable(server) && Self.send(server, part)
        }
        switch fault {
        case .cut, .outage, .stall, .refuse:
            // A server with one thread waits for these bytes, and hears nobody else.
            shutdown(server, Int32(SHUT_RDWR))
        default: break
        }
        switch fault {
        case .cut: Self.reset(client, isClosedLater: true)
        case .outage:
            state.withLock { $0.isOut = true }
            Self.reset(client, isClosedLater: true)
        case .stall: Self.waitForEnd(of: client, reading: false)
        case .refuse(let status, _):
            let retry = status == 429 ? "Retry-After: 1\r\n" : ""
            Self.send(client, status: status, "{\"message\": \"a fault of the tests\"}", more: retry)
            Self.finish(client)
        case .tell(let status):
            _ = Self.readAll(server)
            Self.send(client, status: status, "{\"message\": \"a fault of the tests\"}")
        case .dropAnswer:
            _ = Self.readAll(server)
            Self.reset(client, isClosedLater: true)
        case .silence:
            _ = Self.readAll(server)
            Self.waitForEnd(of: client, reading: true)
        case .wrongSize: Self.send(client, FaultAnswer(Self.readAll(server)).withAnotherSize)
        case .wrongDigest: Self.send(client, FaultAnswer(Self.readAll(server)).withAnotherDigest)
        case .cutAnswer:
            let answer = Self.readAll(server)
            Self.send(client, Array(answer.prefix(answer.count - answer.count / 10)))
        case .shorten:
            // What the server does not get is taken from the client all the same.
            _ = request.readBody(upTo: .max) { _ in true }
            Self.pass(server, client)
        default:
            Self.pass(server, client)
            if !isWhole { Self.finish(client) }
        }
    }

    /// A whole request on a connection of its own.
    private func exchange(_ head: [UInt8], _ body: [UInt8]) -> [UInt8] {
        guard let server = try? FreePort.connect(target) else { return [] }
        defer { close(server) }
        guard Self.send(server, head), Self.send(server, body) else { return [] }
        return Self.readAll(server)
    }

    // MARK: - Sockets

    @discardableResult
    private static func send(_ socket: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let result = bytes.withUnsafeBytes { buffer in
                Glibc.send(socket, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard result > 0 else { return false }
            sent += result
        }
        return true
    }

    private static func send(
        _ socket: Int32,
        status: Int,
        _ body: String,
        type: String = "application/json",
        more: String = ""
    ) {
        let head =
            "HTTP/1.1 \(status) Fault\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
            + "\(more)Connection: close\r\n\r\n"
        send(socket, Array((head + body).utf8))
    }

    private static func readAll(_ socket: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while case let count = recv(socket, &buffer, buffer.count, 0), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    private static func pass(_ source: Int32, _ sink: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while case let count = recv(source, &buffer, buffer.count, 0), count > 0 {
            guard send(sink, Array(buffer[..<count])) else { return }
        }
    }

    private static func isReadable(_ socket: Int32) -> Bool {
        var poll = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, 0) > 0
    }

    /// Lets a client read an answer that came before its last byte: a close would throw that away.
    private static func finish(_ socket: Int32) {
        shutdown(socket, Int32(SHUT_WR))
        waitForEnd(of: socket, reading: true)
    }

    /// Waits until the other side has closed, at most 30 s.
    private static func waitForEnd(of socket: Int32, reading: Bool) {
        // POLLRDHUP, which Glibc's headers show to GNU sources alone (poll(2)).
        let closed: Int16 = 0x2000
        let deadline = ContinuousClock.now + .seconds(30)
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while ContinuousClock.now < deadline {
            var poll = pollfd(fd: socket, events: Int16(reading ? POLLIN : 0) | closed, revents: 0)
            guard Glibc.poll(&poll, 1, 100) > 0 else { continue }
            if poll.revents & (closed | Int16(POLLHUP | POLLERR)) != 0 { return }
            if recv(socket, &buffer, buffer.count, 0) <= 0 { return }
        }
    }

    /// Ends a connection with a reset, as a machine does that was switched off meanwhile.
    private static func reset(_ socket: Int32, isClosedLater: Bool = false) {
        // No lingering at all turns the close into a reset (socket(7), SO_LINGER).
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        if !isClosedLater { close(socket) }
    }
}
