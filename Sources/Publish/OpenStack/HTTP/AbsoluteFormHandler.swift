import NIOCore
import NIOHTTP1

/// Rewrites a request's target into the absolute form that a proxy expects of plain http (RFC 9112, 3.2.2).
///
/// AsyncHTTPClient asks every proxy for a CONNECT tunnel, which Squid as installed grants to port 443 alone. The client
/// therefore connects to the proxy as if it were the server, with the origin in the Host header.
final class AbsoluteFormHandler: ChannelOutboundHandler, Sendable {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), let host = head.headers.first(name: "host"),
            head.uri.hasPrefix("/")
        else { return context.write(data, promise: promise) }
        head.uri = "http://\(host)\(head.uri)"
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    /// Puts the handler between the encoder and AsyncHTTPClient's own handler.
    static func install(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.pipeline.handler(type: HTTPRequestEncoder.self).flatMapThrowing { encoder in
            try channel.pipeline.syncOperations.addHandler(AbsoluteFormHandler(), position: .after(encoder))
        }
    }
}
