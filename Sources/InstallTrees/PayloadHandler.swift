import NIOCore
import NIOHTTP1
import NIOPosix
import SystemPackage

/// Answers the requests of one connection of a `PayloadServer`, one after another (the pipeline's helper sees to that).
final class PayloadHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let directory: ServedDirectory
    private let onAccess: (@Sendable (PayloadServer.Access) -> Void)?
    private var request: HTTPRequestHead?

    init(_ directory: ServedDirectory, _ onAccess: (@Sendable (PayloadServer.Access) -> Void)?) {
        self.directory = directory
        self.onAccess = onAccess
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): request = head
        case .body: break
        case .end:
            guard let head = request else { return }
            request = nil
            answer(head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard head.method == .GET || head.method == .HEAD else {
            return refuse(head, .methodNotAllowed, ["allow": "GET, HEAD"], context)
        }
        do throws(ServedDirectory.Refusal) {
            send(try directory.open(head.uri), head, context)
        } catch {
            refuse(head, HTTPResponseStatus(statusCode: error.rawValue), [:], context)
        }
    }

    private func send(_ file: ServedDirectory.OpenFile, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let size = file.status.size
        var headers: HTTPHeaders = [
            "content-type": "application/octet-stream", "accept-ranges": "bytes", "etag": Self.tag(file.status),
        ]
        var range = ByteRange(first: 0, last: size - 1)
        var status = HTTPResponseStatus.ok
        // If-Range with another validator means: the file has changed, send all of it (RFC 9110, 13.1.5).
        let condition = head.headers.first(name: "if-range")
        let wanted = condition == nil || condition == Self.tag(file.status) ? head.headers.first(name: "range") : nil
        switch ByteRange.request(head.method == .GET ? wanted : nil, size: size) {
        case .whole: break
        case .part(let part):
            range = part
            status = .partialContent
            headers.add(name: "content-range", value: "bytes \(part.first)-\(part.last)/\(size)")
        case .unsatisfiable:
            try? file.descriptor.close()
            return refuse(head, .rangeNotSatisfiable, ["content-range": "bytes */\(size)"], context)
        }
        headers.add(name: "content-length", value: "\(range.count)")
        let withBody = head.method == .GET && range.count > 0
        begin(head, status, headers, withBody ? range.count : 0, context)
        let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: file.descriptor.rawValue)
        if withBody {
            let region = FileRegion(
                fileHandle: handle,
                readerIndex: Int(range.first),
                endIndex: Int(range.last) + 1
            )
            context.write(wrapOutboundOut(.body(.fileRegion(region))), promise: nil)
        }
        end(head, context) { try? handle.close() }
    }

    private func refuse(
        _ head: HTTPRequestHead,
        _ status: HTTPResponseStatus,
        _ extra: HTTPHeaders,
        _ context: ChannelHandlerContext
    ) {
        let text = ByteBuffer(string: "\(status.code) \(status.reasonPhrase)\n")
        var headers = extra
        headers.add(name: "content-type", value: "text/plain")
        headers.add(name: "content-length", value: "\(text.readableBytes)")
        begin(head, status, headers, Int64(text.readableBytes), context)
        if head.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(text))), promise: nil) }
        end(head, context) {}
    }

    private func begin(
        _ head: HTTPRequestHead,
        _ status: HTTPResponseStatus,
        _ headers: HTTPHeaders,
        _ length: Int64,
        _ context: ChannelHandlerContext
    ) {
        var headers = headers
        headers.add(name: "connection", value: head.isKeepAlive ? "keep-alive" : "close")
        let response = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        onAccess?(.init(method: head.method.rawValue, path: head.uri, status: Int(status.code), length: length))
    }

    /// Sends the end; `done` runs when all is sent or the connection has failed.
    private func end(_ head: HTTPRequestHead, _ context: ChannelHandlerContext, _ done: @escaping @Sendable () -> Void)
    {
        let promise = context.eventLoop.makePromise(of: Void.self)
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { result in
            done()
            var failed = false
            if case .failure = result { failed = true }
            if failed || !head.isKeepAlive { context.value.close(promise: nil) }
        }
        context.value.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
    }

    private static func tag(_ status: Files.Status) -> String {
        "\"\(String(status.inode, radix: 16))-\(String(status.size, radix: 16))-\(String(status.modified, radix: 16))\""
    }
}
