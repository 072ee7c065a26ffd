import Foundation
import NIOCore
import NIOPosix
import SystemPackage
import Testing

@testable import InstallTrees

/// Each thing that can be wrong with a tree has its own code, and none leaves anything in the cache.
@Suite struct TreeFailureTests {
    /// Closes the connection after an answer, so that each request is a connection of its own.
    static let once = "Connection: close\r\n"

    /// What a server sends for `.treeinfo`, and what that must be called.
    static let answers:
        [(steps: [ScriptedServer.Step], code: TreeError.Code, exit: Int32, requests: Int, part: String)] = [
            ([.answer("404 Not Found", extra: once), .close], .noTreeinfo, 66, 2, "has no .treeinfo"),
            ([.answer("403 Forbidden", extra: once), .close], .httpStatus, 66, 2, "HTTP 403"),
            ([.answer("500 Oops", extra: once), .close], .httpStatus, 75, 3, "HTTP 500"),
            ([.answer("503 Later", extra: once), .close], .httpStatus, 75, 3, "HTTP 503"),
            ([.answer("429 Slow", extra: once), .close], .httpStatus, 75, 3, "HTTP 429"),
            ([.answer("418 Teapot", extra: once), .close], .httpStatus, 66, 1, "HTTP 418"),
            (
                [.answer("200 OK", "<html>log in</html>", type: "text/html", extra: once), .close], .webPage, 66, 1,
                "web page"
            ),
            (
                [.answer("200 OK", "[general]\nfamily\n", extra: once), .close], .malformedTreeinfo, 66, 1,
                ".treeinfo:2:1:"
            ),
            (
                [.answer("200 OK", "[general]\nfamily=x\n", extra: once), .close], .missingArchitecture, 66, 1,
                "for x86_64"
            ),
            ([.answer("200 OK", "", extra: once), .close], .notTreeinfo, 66, 1, "empty"),
            ([.reset], .connectionLost, 75, 3, "broke"),
            ([.close], .connectionLost, 75, 3, "broke"),
            ([.send("SSH-2.0-OpenSSH_9.2\r\n"), .close], .connectionLost, 75, 3, "broke"),
            (
                [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[general]"), .close], .truncated, 75, 3,
                "ended after 9 of 100 bytes"
            ),
            (
                [.send("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n[general]")], .tooLarge, 66, 1,
                "larger than 1 MiB"
            ),
            (
                [
                    .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n"),
                    .bytes([UInt8](repeating: 65, count: 0x100001)), .send("\r\n"),
                ], .tooLarge, 66, 1, "larger than 1 MiB"
            ),
            (
                [.answer("302 Found", extra: "Location: /again\r\n\(once)"), .close], .redirectCircle, 66, 2,
                "round in a circle"
            ),
            (
                [.answer("302 Found", extra: "Location: ftp://h/\r\n\(once)"), .close], .insecureRedirect, 66, 1,
                "ftp://h/"
            ),
        ]

    @Test(arguments: answers.indices) func namesAWrongTreeinfo(index: Int) async throws {
        let expected = Self.answers[index]
        let server = try await ScriptedServer.start(expected.steps)
        let error = try await failure("http://127.0.0.1:\(server.port)/tree")
        #expect(error.code == expected.code, "\(error)")
        #expect(error.exitStatus == expected.exit)
        #expect(error.description.contains(expected.part), "\(error)")
        #expect(error.message.contains("127.0.0.1"))
        #expect(server.requests.values.count == expected.requests)
        await server.stop()
    }

    /// What a server sends for the kernel after a good treeinfo.
    static let kernels: [(steps: [ScriptedServer.Step], code: TreeError.Code, requests: Int, part: String)] = [
        ([.answer("404 Not Found", extra: once), .close], .missingFile, 2, "the tree has no images/pxeboot/vmlinuz"),
        ([.answer("200 OK", "other", extra: once), .close], .checksumMismatch, 3, "expected sha256:"),
        ([.answer("200 OK", "<html>", type: "text/html", extra: once), .close], .webPage, 2, "web page"),
        (
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc"), .close], .truncated, 5,
            "ended after 3 of 1000 bytes"
        ),
        ([.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc"), .reset], .connectionLost, 4, "broke"),
        ([.send("HTTP/1.1 200 OK\r\nContent-Length: 300000000\r\n\r\nabc")], .tooLarge, 2, "larger than 256 MiB"),
        ([.answer("206 Partial Content", "x", extra: once), .close], .wrongPart, 2, "HTTP 206"),
        ([.answer("502 Bad Gateway", extra: once), .close], .httpStatus, 4, "HTTP 502"),
    ]

    @Test(arguments: kernels.indices) func namesAWrongKernel(index: Int) async throws {
        let expected = Self.kernels[index]
        // What came before a reset may be lost with it, or not; what came is not one of the three attempts.
        let isReset = expected.code == .connectionLost
        let treeinfo = ScriptedServer.Step.answer("200 OK", SampleTree().treeinfo, extra: Self.once)
        let server = try await ScriptedServer.start([treeinfo, .close], expected.steps)
        let error = try await failure("http://127.0.0.1:\(server.port)/tree")
        #expect(error.code == expected.code, "\(error)")
        #expect(error.description.contains(expected.part), "\(error)")
        #expect(error.location.hasSuffix("/tree/images/pxeboot/vmlinuz"))
        #expect(server.requests.values.count - expected.requests == 0 || isReset && server.requests.values.count == 5)
        await server.stop()
    }

    @Test func succeedsOnALaterAttempt() async throws {
        let sample = SampleTree(kernel: [1, 2, 3], initrd: [4, 5])
        let server = try await ScriptedServer.start(
            [.answer("429 Slow", extra: Self.once), .close],
            [.reset],
            [.answer("200 OK", sample.treeinfo, extra: Self.once), .close],
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"), .bytes([1]), .close],
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"), .bytes([1, 2, 3]), .close],
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"), .bytes([4, 5]), .close]
        )
        let events = Recorder<TreeFetchEvent>()
        try await withTemporaryDirectory { cache in
            let tree = try await TreeFetcher(options: quickOptions())
                .fetch(.url("http://127.0.0.1:\(server.port)"), arch: "x86_64", into: cache) { events.add($0) }
            #expect(try tree.kernel.bytes == [1, 2, 3])
        }
        let delays = events.values.compactMap { if case .retrying(_, _, _, let delay, _) = $0 { delay } else { nil } }
        #expect(delays == [.milliseconds(5), .milliseconds(10), .milliseconds(5)])
        await server.stop()
    }

    @Test func namesAHostWithoutAName() async throws {
        let error = try await failure("http://no-such-host.invalid/tree/")
        // A resolver that does not answer at all is a connect timeout, and says the same of the internet.
        #expect([.nameNotFound, .connectTimeout].contains(error.code), "\(error)")
        #expect(error.message.contains("no-such-host.invalid"))
        #expect(error.hint?.contains("this machine may have no internet") == true)
        #expect(error.hint?.contains("--location") == true)
    }

    @Test(arguments: [
        ("http://mirror.centos.org/centos/7/os/x86_64/.treeinfo", "https://vault.centos.org/7.9.2009/os/x86_64/"),
        ("http://mirror.centos.org/centos/7.9.2009/os/x86_64/", "https://vault.centos.org/7.9.2009/os/x86_64/"),
        ("http://mirror.centos.org/centos/8/BaseOS/", "https://vault.centos.org/8/BaseOS/"),
        ("http://mirror.example.org/centos/7/os/x86_64/", nil),
    ]) func saysWhereAClosedMirrorWent(url: String, vault: String?) throws {
        let failures = HTTPFailures(url: try TreeURL(url), proxy: nil, options: quickOptions())
        let hint = failures.nameNotFound().hint
        if let vault {
            #expect(hint?.contains("use \(vault);") == true, "\(hint ?? "")")
        } else {
            #expect(hint?.contains("vault") == false)
        }
    }

    @Test func namesARefusedConnection() async throws {
        // A port that was free a moment ago.
        let server = try await ScriptedServer.start([])
        let port = server.port
        await server.stop()
        let error = try await failure("http://127.0.0.1:\(port)/")
        #expect(error.code == .refused, "\(error)")
        #expect(error.exitStatus == 69)
        #expect(error.message.contains("port \(port)"))
    }

    @Test func namesTheProxyThatFails() async throws {
        let server = try await ScriptedServer.start([])
        let port = server.port
        await server.stop()
        let error = try await failure("http://no-such-host.invalid/") {
            $0.environment = ["http_proxy": "http://joe:s3cret@127.0.0.1:\(port)"]
        }
        #expect(error.code == .refused, "\(error)")
        #expect(error.message.contains("through the proxy 127.0.0.1:\(port)"))
    }

    @Test func namesAConnectTimeout() async throws {
        // A listener that never accepts: once its queue is full the kernel drops what asks for more.
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 0) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        #expect(bound)
        let port = UInt16(bigEndian: address.sin_port)
        var queued: [Int32] = []
        defer { queued.forEach { close($0) } }
        for _ in 0..<4 {
            let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            queued.append(client)
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(client, $0, length) }
            }
        }
        let error = try await failure("http://127.0.0.1:\(port)/") { $0.connectTimeout = .milliseconds(200) }
        #expect(error.code == .connectTimeout, "\(error)")
        #expect(error.message.contains("within 200 ms"))
        #expect(error.exitStatus == 75)
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[general]"])
    func namesAStall(sent: String) async throws {
        let server = try await ScriptedServer.start([.send(sent)])
        let error = try await failure("http://127.0.0.1:\(server.port)/") { $0.readTimeout = .milliseconds(200) }
        #expect(error.code == .readTimeout, "\(error)")
        #expect(error.message.contains("sent nothing for 200 ms"))
        #expect(server.requests.values.count == 3)
        await server.stop()
    }

    @Test func namesATLSFailure() async throws {
        // A server that speaks plain HTTP answers the handshake with something that is none.
        try await withTemporaryDirectory { directory in
            let server = try await PayloadServer.start(root: directory)
            let error = try await failure("https://127.0.0.1:\(server.port)/")
            #expect(error.code == .tls, "\(error)")
            #expect(error.exitStatus == 69)
            await server.stop()
        }
    }

    @Test func aCancelledFetchLeavesNothing() async throws {
        let treeinfo = ScriptedServer.Step.answer("200 OK", SampleTree().treeinfo, extra: Self.once)
        let server = try await ScriptedServer.start(
            [treeinfo, .close],
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 300001\r\n\r\nabc")]
        )
        try await withTemporaryDirectory { cache in
            let (started, begin) = AsyncStream<Void>.makeStream()
            let task = Task {
                try await TreeFetcher(options: quickOptions())
                    .fetch(.url("http://127.0.0.1:\(server.port)"), arch: "x86_64", into: cache) { event in
                        if case .downloading("images/pxeboot/vmlinuz", _, _) = event { begin.yield() }
                    }
            }
            for await _ in started { break }
            // The draft, and the lock of whoever fetches it.
            #expect(cache.names.count == 2)
            task.cancel()
            let error = await #expect(throws: TreeError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(error?.exitStatus == 130)
            #expect(cache.names == [])
        }
        await server.stop()
    }

    /// Fetches what must fail and returns the error; the cache must be empty afterwards.
    func failure(
        _ url: String,
        _ change: (inout TreeFetcher.Options) -> Void = { _ in }
    ) async throws -> TreeError {
        let options = quickOptions(change)
        return try await withTemporaryDirectory { cache in
            do throws(TreeError) {
                _ = try await TreeFetcher(options: options).fetch(try TreeSource(url), arch: "x86_64", into: cache)
            } catch {
                #expect(cache.names == [])
                #expect(error.message.first?.isUppercase == false)
                #expect(error.message.hasSuffix(".") == false)
                #expect("\(error) \(error.hint ?? "")".contains("s3cret") == false)
                return error
            }
            throw NothingFailed()
        }
    }

    struct NothingFailed: Error {}
}
