import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A fake of Keystone, Glance, or what stands before them, for what the real ones cannot be made to do: it answers as the test says.
final class FakeCloud: Sendable {
    /// A request as it came.
    struct Request: Sendable {
        let method: String
        let target: String
        let headers: HTTPHeaders
        /// As much of the body as had come when the answer was given.
        let body: [UInt8]
        var json: String { String(decoding: body, as: UTF8.self) }
    }

    /// What is done with a request.
    struct Answer: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body = ""
        /// After how many bytes of the request's body the answer is given; nil for all of them.
        var after: Int?
        /// Nothing is ever said.
        var isSilent = false
        /// The connection is reset in the place of an answer.
        var isCut = false
        /// So many bytes of the body are sent, and then the connection is closed.
        var truncated: Int?
        /// So many bytes of the body are sent, and then nothing more happens.
        var stalled: Int?
        /// Whether the length of the body is said before it.
        var hasLength = true
        /// The answer waits.
        var delay: TimeAmount = .zero

        static func json(_ status: Int, _ body: String, _ headers: [(String, String)] = []) -> Answer {
            Answer(status: status, headers: [("content-type", "application/json")] + headers, body: body)
        }
    }

    let port: Int
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let log = Mutex<[Request]>([])
    private let script: Mutex<@Sendable (Request, Int) -> Answer>

    var url: String { "http://127.0.0.1:\(port)" }
    /// All requests so far.
    var requests: [Request] { log.withLock { $0 } }
    /// Methods and targets.
    var lines: [String] { requests.map { "\($0.method) \($0.target)" } }

    /// Starts one.
    ///
    /// - Parameter script: the answer to a request; the second argument counts the earlier ones of the same method and path.
    init(tls: NIOSSLContext? = nil, _ script: @escaping @Sendable (Request, Int) -> Answer) async throws {
        self.script = Mutex(script)
        let box = Box()
        let channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(box))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
        box.cloud.withLock { $0 = self }
    }

    func stop() async { try? await group.shutdownGracefully() }

    private func note(_ request: Request) {
        log.withLock { $0.append(request) }
    }

    private func answer(_ request: Request) -> Answer {
        let path = request.target.split(separator: "?").first
        let count = log.withLock { log in
            log.count { $0.method == request.method && $0.target.split(separator: "?").first == path }
        }
        return script.withLock { $0 }(request, count)
    }

    private final class Box: Sendable { let cloud = Mutex<FakeCloud?>(nil) }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        private let box: Box
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []
        private var planned: Answer?
        private var isDone = false

        init(_ box: Box) { self.box = box }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard let cloud = box.cloud.withLock({ $0 }) else { return }
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                (body, isDone) = ([], false)
                planned = cloud.answer(
                    Request(method: head.method.rawValue, target: head.uri, headers: head.headers, body: [])
                )
                finish(context, cloud, isEnd: false)
            case .body(let part):
                body += part.readableBytesView
                finish(context, cloud, isEnd: false)
            case .end: finish(context, cloud, isEnd: true)
            }
        }

        private func finish(_ context: ChannelHandlerContext, _ cloud: FakeCloud, isEnd: Bool) {
            guard let head, let answer = planned, !isDone, isEnd || answer.after.map({ body.count >= $0 }) == true
            else { return }
            isDone = true
            cloud.note(Request(method: head.method.rawValue, target: head.uri, headers: head.headers, body: body))
            if answer.isSilent { return }
            if answer.isCut {
                // No lingering at all turns the close into a reset.
                _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                context.close(promise: nil)
                return
            }
            let loop = NIOLoopBound(context, eventLoop: context.eventLoop)
            let own = NIOLoopBound(self, eventLoop: context.eventLoop)
            let isEarly = !isEnd
            context.eventLoop.scheduleTask(in: answer.delay) { own.value.send(answer, isEarly, loop.value) }
        }

        private func send(_ answer: Answer, _ isEarly: Bool, _ context: ChannelHandlerContext) {
            var headers = HTTPHeaders(answer.headers)
            let bytes = Array(answer.body.utf8)
            if answer.status != 204, answer.hasLength, !headers.contains(name: "content-length") {
                headers.add(name: "content-length", value: "\(bytes.count)")
            }
            if isEarly { headers.add(name: "connection", value: "close") }
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            let count = answer.truncated ?? answer.stalled ?? bytes.count
            context.writeAndFlush(
                wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes.prefix(count))))),
                promise: nil
            )
            if answer.stalled != nil { return }
            if answer.truncated != nil {
                context.close(promise: nil)
                return
            }
            let loop = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
                if isEarly { loop.value.close(promise: nil) }
            }
        }
    }
}

/// Runs a test with a fake cloud.
func withFakeCloud<Value>(
    _ script: @escaping @Sendable (FakeCloud.Request, Int) -> FakeCloud.Answer,
    _ body: (FakeCloud) async throws -> Value
) async throws -> Value {
    let cloud = try await FakeCloud(script)
    do {
        let value = try await body(cloud)
        await cloud.stop()
        return value
    } catch {
        await cloud.stop()
        throw error
    }
}
