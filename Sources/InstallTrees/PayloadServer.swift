import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
public import SystemPackage

/// A read-only HTTP/1.1 server of one directory on the loopback interface.
///
/// It hands a local install tree to a guest on QEMU's user-mode network, which reaches it at `GuestURL.gateway`. GET and
/// HEAD, single ranges, files sent by the kernel (sendfile); no directory listings, and nothing outside the directory, be it
/// through `..` or through a symbolic link. Files are served as they are, without a content encoding.
public final class PayloadServer: Sendable {
    /// One answered request.
    public struct Access: Sendable, Hashable {
        /// GET, HEAD or what was asked.
        public let method: String
        /// The request target, still percent-encoded.
        public let path: String
        /// The HTTP status of the answer.
        public let status: Int
        /// The bytes of the body.
        public let length: Int64
    }

    /// The port at 127.0.0.1.
    public let port: Int
    /// The server's base, `http://127.0.0.1:PORT`, without a slash at the end.
    public var url: String { "http://127.0.0.1:\(port)" }

    private let group: MultiThreadedEventLoopGroup
    private let stopping = Mutex<Task<Void, Never>?>(nil)

    private init(port: Int, group: MultiThreadedEventLoopGroup) {
        self.port = port
        self.group = group
    }

    /// Starts a server; it runs until `stop`.
    ///
    /// - Parameters:
    ///   - root: the directory to serve.
    ///   - port: 0 lets the kernel choose.
    ///   - onAccess: called on the server's thread when the head of an answer is sent; must not block.
    /// - Throws: `missingFile` or `notADirectory` for a wrong root, `io` where the port cannot be bound.
    public static func start(
        root: FilePath,
        port: Int = 0,
        onAccess: (@Sendable (Access) -> Void)? = nil
    ) async throws(TreeError) -> PayloadServer {
        let directory = try ServedDirectory(root)
        // A thread of its own: sendfile may wait for the disk, which must not hold up anybody else's connections.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let channel = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 64)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.maxMessagesPerRead, value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                        let handler = PayloadHandler(directory, onAccess)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }
                .bind(host: "127.0.0.1", port: port).get()
            return PayloadServer(port: channel.localAddress?.port ?? port, group: group)
        } catch {
            try? await group.shutdownGracefully()
            throw TreeError(
                .io,
                at: "127.0.0.1:\(port)",
                "cannot listen on 127.0.0.1 port \(port)",
                cause: "\(error)",
                hint: "another program may hold the port; leave it 0 to take any"
            )
        }
    }

    /// Ends all connections, also those under way, and frees the port; may be called again.
    public func stop() async {
        let task = stopping.withLock { task in
            let running = task ?? Task { [group] in try? await group.shutdownGracefully() }
            task = running
            return running
        }
        await task.value
    }
}
