import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A TCP server that answers the n-th request with the n-th script, whatever that is; the last script stays.
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        case send(String)
        case bytes([UInt8])
        /// An orderly end.
        case close
        /// A reset, as of a crashed server.
        case reset
        case pause(milliseconds: Int64)
        // Whatever has no end stays open.
    }

    let port: Int
    let requests = Recorder<String>()
    private let group: MultiThreadedEventLoopGroup

    private init(port: Int, _ group: MultiThreadedEventLoopGroup, _ counter: Counter) {
        self.port = port
        self.group = group
        counter.server.withLock { $0 = self }
    }

    static func start(_ scripts: [Step]...) async throws -> ScriptedServer { try await start(scripts, tls: nil) }

    static func start(_ scripts: [[Step]]) async throws -> ScriptedServer { try await start(scripts, tls: nil) }

    static func start(_ scripts: [[Step]], tls: NIOSSLContext?) async throws -> ScriptedServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let counter = Counter(scripts)
        let channel = try await ServerBootstrap(group: group)
            .childChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Handler(counter))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ScriptedServer(port: channel.localAddress?.port ?? 0, group, counter)
    }

    func stop() async { try? await group.shutdownGracefully() }

    private final class Counter: Sendable {
        let server = Mutex<ScriptedServer?>(nil)
        private let scripts: [[Step]]
        private let served = Mutex(0)
        init(_ scripts: [[Step]]) { self.scripts = scripts }
        func next() -> [Step] {
            served.withLock { served in
                defer { served += 1 }
                return scripts[min(served, scripts.count - 1)]
            }
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let counter: Counter
        private var received = ""
        init(_ counter: Counter) { self.counter = counter }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard received.contains("\r\n\r\n") else { return }
            counter.server.withLock { $0 }?.requests.add(received)
            received = ""
            Self.play(counter.next()[...], on: context.channel)
        }

        private static func play(_ steps: ArraySlice<Step>, on channel: any Channel) {
            guard let step = steps.first else { return channel.flush() }
            switch step {
            case .send(let text): channel.write(ByteBuffer(string: text), promise: nil)
            case .bytes(let bytes): channel.write(ByteBuffer(bytes: bytes), promise: nil)
            case .pause(let milliseconds):
                channel.flush()
                channel.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) { play(steps.dropFirst(), on: channel) }
                return
            case .close:
                channel.flush()
                channel.close(promise: nil)
            case .reset:
                channel.flush()
                // No lingering at all turns the close into a reset.
                _ = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                channel.close(promise: nil)
            }
            play(steps.dropFirst(), on: channel)
        }
    }
}

extension ScriptedServer.Step {
    /// A whole answer.
    static func answer(
        _ status: String,
        _ body: String = "",
        type: String = "text/plain",
        extra: String = ""
    ) -> ScriptedServer.Step {
        .send(
            "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\(extra)\r\n\(body)"
        )
    }

    /// Text that comes a byte at a time.
    static func drip(_ text: String, every milliseconds: Int64) -> [ScriptedServer.Step] {
        text.utf8.flatMap { [.bytes([$0]), .pause(milliseconds: milliseconds)] }
    }
}
