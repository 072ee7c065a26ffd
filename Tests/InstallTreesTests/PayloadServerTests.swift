import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import SystemPackage
import Testing

@testable import InstallTrees

@Suite struct PayloadServerTests {
    @Test func servesFilesWholeAndInPart() async throws {
        let bytes = SampleTree.noise(200_000, seed: 3)
        try await withServer { root, server in
            try root.appending("a b").appending("file").write(bytes)
            try root.appending("empty").write([])
            let whole = try await get(server, "/a%20b/file")
            #expect(whole.status == 200)
            #expect(whole.body == bytes)
            #expect(whole.headers.first(name: "accept-ranges") == "bytes")
            #expect(try await get(server, "/a%20b/./file?x=..").body == bytes)
            let head = try await get(server, "/a%20b/file", method: .HEAD)
            #expect(head.headers.first(name: "content-length") == "200000")
            #expect(head.body.isEmpty)
            let empty = try await get(server, "/empty")
            #expect(empty.status == 200)
            #expect(empty.body.isEmpty)
        }
    }

    @Test(
        arguments: [
            ("bytes=0-0", 206, 0..<1), ("bytes=100-199", 206, 100..<200), ("bytes=990-", 206, 990..<1000),
            ("bytes=990-5000", 206, 990..<1000), ("bytes=-10", 206, 990..<1000), ("bytes=-5000", 206, 0..<1000),
            ("bytes=1000-", 416, nil), ("bytes=-0", 416, nil), ("bytes=5-4", 200, 0..<1000),
            ("bytes=0-1,5-6", 200, 0..<1000),
            ("lines=1-2", 200, 0..<1000), ("bytes=a-b", 200, 0..<1000), ("bytes=-", 200, 0..<1000),
        ] as [(String, Int, Range<Int>?)]
    ) func answersARange(header: String, status: Int, range: Range<Int>?) async throws {
        let bytes = SampleTree.noise(1000, seed: 4)
        try await withServer { root, server in
            try root.appending("file").write(bytes)
            let reply = try await get(server, "/file", headers: ["range": header])
            #expect(reply.status == status)
            if let range {
                #expect(reply.body == Array(bytes[range]))
            }
            let expected = status == 206 ? range.map { "bytes \($0.lowerBound)-\($0.upperBound - 1)/1000" } : nil
            #expect(reply.headers.first(name: "content-range") == expected ?? (status == 416 ? "bytes */1000" : nil))
        }
    }

    @Test func sendsAChangedFileWhole() async throws {
        try await withServer { root, server in
            try root.appending("file").write([1, 2, 3])
            let tag = try #require(try await get(server, "/file").headers.first(name: "etag"))
            let same = try await get(server, "/file", headers: ["range": "bytes=1-", "if-range": tag])
            #expect(same.status == 206)
            let other = try await get(server, "/file", headers: ["range": "bytes=1-", "if-range": "\"other\""])
            #expect(other.status == 200)
            #expect(other.body == [1, 2, 3])
        }
    }

    @Test(arguments: [
        ("/missing", 404), ("/", 404), ("/dir", 404), ("/dir/", 404), ("/../secret", 400), ("/dir/../../secret", 400),
        ("/%2e%2e/secret", 400), ("/dir/%2E%2E/%2e%2e/secret", 400), ("/..%2fsecret", 400), ("/out", 403),
        ("/outdir/secret", 403), ("/in", 200), ("/fifo", 404), ("/file%00", 400), ("/file%2", 400), ("/file%zz", 400),
        ("/%ff", 400), ("//file", 200), ("/file/x", 404), ("relative", 400), ("http://host.example/file", 200),
        ("http://host.example", 400), ("/loop", 404),
    ]) func servesNothingOutsideItsRoot(target: String, status: Int) async throws {
        try await withServer { root, server in
            try root.appending("file").write("in".utf8)
            try root.appending("dir").appending("x").write("in".utf8)
            try root.removingLastComponent().appending("secret").write("out".utf8)
            let manager = FileManager.default
            func link(_ name: String, _ to: String) throws {
                try manager.createSymbolicLink(atPath: root.appending(name).string, withDestinationPath: to)
            }
            try link("out", "../secret")
            try link("outdir", "..")
            try link("in", "dir/x")
            try link("loop", "loop")
            #expect(mkfifo(root.appending("fifo").string, 0o600) == 0)
            let reply = try await raw(server.port, "GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(reply.hasPrefix("HTTP/1.1 \(status) "), "\(reply)")
            #expect(reply.hasSuffix("in") == (status == 200))
            #expect(reply.contains("out") == false)
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS"]) func onlyReads(method: String) async throws {
        try await withServer { root, server in
            try root.appending("file").write([1])
            let request = "\(method) /file HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"
            let reply = try await raw(server.port, request)
            #expect(reply.hasPrefix("HTTP/1.1 405 "))
            #expect(reply.lowercased().contains("allow: get, head"))
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        try await withServer { root, server in
            try root.appending("a").write("first".utf8)
            try root.appending("b").write("second".utf8)
            let request =
                "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\n"
                + "GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            let reply = try await raw(server.port, request)
            let first = try #require(reply.range(of: "first"))
            let none = try #require(reply.range(of: "404 Not Found\n"))
            let second = try #require(reply.range(of: "second"))
            #expect(first.lowerBound < none.lowerBound)
            #expect(none.lowerBound < second.lowerBound)
        }
    }

    @Test func streamsALargeFile() async throws {
        try await withServer { root, server in
            // Larger than any socket buffer; sparse, so that it costs nothing on disk.
            let path = root.appending("big")
            let file = try FileDescriptor.open(path, .writeOnly, options: .create, permissions: .ownerReadWrite)
            try file.resize(to: 300 << 20)
            try file.close()
            let client = HTTPClient(eventLoopGroupProvider: .singleton)
            do {
                let reply = try await client.execute(
                    HTTPClientRequest(url: "\(server.url)/big"),
                    deadline: .now() + .seconds(60)
                )
                var received = 0
                for try await part in reply.body { received += part.readableBytes }
                #expect(received == 300 << 20)
            } catch {
                Issue.record(error)
            }
            try await client.shutdown()
        }
    }

    @Test func stopsWithConnectionsUnderWay() async throws {
        try await withTemporaryDirectory { root in
            try root.appending("big").write(SampleTree.noise(8 << 20, seed: 5))
            let server = try await PayloadServer.start(root: root)
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.autoRead, value: false)
                .connect(host: "127.0.0.1", port: server.port).get()
            try await channel.writeAndFlush(ByteBuffer(string: "GET /big HTTP/1.1\r\nHost: x\r\n\r\n"))
            await server.stop()
            await server.stop()
            try? await channel.close()
            let error = await #expect(throws: (any Error).self) { try await raw(server.port, "GET / HTTP/1.1\r\n\r\n") }
            #expect("\(String(describing: error))".contains("refused"))
        }
    }

    @Test func reportsEachAccess() async throws {
        let log = Recorder<PayloadServer.Access>()
        try await withTemporaryDirectory { root in
            try root.appending("a").write([1, 2, 3])
            let server = try await PayloadServer.start(root: root) { log.add($0) }
            _ = try await get(server, "/a")
            _ = try await get(server, "/b")
            await server.stop()
        }
        #expect(log.values.map(\.status) == [200, 404])
        #expect(log.values.first == .init(method: "GET", path: "/a", status: 200, length: 3))
    }

    @Test func refusesARootThatIsNoDirectory() async throws {
        try await withTemporaryDirectory { root in
            try root.appending("file").write([1])
            var error = await #expect(throws: TreeError.self) {
                try await PayloadServer.start(root: root.appending("file"))
            }
            #expect(error?.code == .notADirectory)
            error = await #expect(throws: TreeError.self) {
                try await PayloadServer.start(root: root.appending("none"))
            }
            #expect(error?.code == .missingFile)
            let server = try await PayloadServer.start(root: root)
            error = await #expect(throws: TreeError.self) {
                try await PayloadServer.start(root: root, port: server.port)
            }
            #expect(error?.code == .io)
            await server.stop()
        }
    }

    // MARK: helpers

    struct Reply {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]
    }

    func withServer(_ body: (FilePath, PayloadServer) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("root")
            try FileManager.default.createDirectory(atPath: root.string, withIntermediateDirectories: true)
            let server = try await PayloadServer.start(root: root)
            let result: Result<Void, any Error>
            do { result = .success(try await body(root, server)) } catch { result = .failure(error) }
            await server.stop()
            try result.get()
        }
    }

    func get(
        _ server: PayloadServer,
        _ path: String,
        method: HTTPMethod = .GET,
        headers: HTTPHeaders = [:]
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: server.url + path)
        request.method = method
        request.headers = headers
        let reply = try await HTTPClient.shared.execute(request, deadline: .now() + .seconds(30))
        let body = try await reply.body.collect(upTo: 1 << 24)
        return Reply(status: Int(reply.status.code), headers: reply.headers, body: Array(body.readableBytesView))
    }

    /// Sends bytes no HTTP client would send and returns all that comes until the server closes.
    func raw(_ port: Int, _ request: String) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var reply = ByteBuffer()
            for try await part in inbound { reply.writeImmutableBuffer(part) }
            return String(buffer: reply)
        }
    }
}
