import Foundation
import SystemPackage
import Testing

@testable import InstallTrees

/// Transfers that break, crawl or change under us.
@Suite struct TransferTests {
    typealias Step = ScriptedServer.Step
    static let sample = SampleTree(kernel: SampleTree.noise(1000, seed: 30), initrd: SampleTree.noise(50, seed: 31))
    static let once = "Connection: close\r\n"
    static let treeinfo: [Step] = [.answer("200 OK", sample.treeinfo, extra: once), .close]
    static let initrd: [Step] = [
        .send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\(once)\r\n"), .bytes(sample.initrd), .close,
    ]

    /// The kernel from a byte on, cut off after so many.
    static func kernel(_ status: String, _ headers: String, from first: Int = 0, count: Int = 1000) -> [Step] {
        [
            .send("HTTP/1.1 \(status)\r\nContent-Length: \(1000 - first)\r\n\(headers)\(once)\r\n"),
            .bytes(Array(sample.kernel[first...].prefix(count))), .close,
        ]
    }

    /// What a second answer may be, the first being cut off after 400 bytes, and what the third request then asks for.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            // Range is ignored: from the start.
            ("ETag: \"1\"\r\n", "200 OK", "ETag: \"1\"\r\n", 0, "bytes=400-"),
            // Servers behind one name with tags of their own, but one time.
            (
                "ETag: \"1\"\r\nLast-Modified: x\r\n", "200 OK", "ETag: \"2\"\r\nLast-Modified: x\r\n", 0, "bytes=400-"
            ),
            ("Last-Modified: x\r\n", "206 Partial Content", "Content-Range: bytes 400-999/1000\r\n", 400, "bytes=400-"),
            ("ETag: \"1\"\r\n", "206 Partial Content", "Content-Range: bytes 400-999/*\r\n", 400, "bytes=400-"),
            // Without a strong validator a part could be that of another file.
            ("", "200 OK", "", 0, nil),
            ("ETag: W/\"1\"\r\n", "200 OK", "ETag: W/\"1\"\r\n", 0, nil),
        ] as [(String, String, String, Int, String?)]
    )
    func goesOnWhereItStopped(first: String, status: String, second: String, from: Int, range: String?) async throws {
        let server = try await ScriptedServer.start(
            Self.treeinfo,
            Self.kernel("200 OK", first, count: 400),
            Self.kernel(status, second, from: from),
            Self.initrd
        )
        try await withTemporaryDirectory { cache in
            let tree = try await TreeFetcher(options: quickOptions())
                .fetch(.url("http://127.0.0.1:\(server.port)"), arch: "x86_64", into: cache)
            #expect(try tree.kernel.bytes == Self.sample.kernel)
        }
        let request = server.requests.values.dropFirst(2).first?.lowercased() ?? ""
        if let range {
            #expect(request.contains("range: \(range)\r\n"))
            #expect(request.contains("if-range: "))
        } else {
            #expect(!request.contains("range:"))
        }
        await server.stop()
    }

    @Test(.timeLimit(.minutes(2))) func aTransferIsResumedMoreThanOnce() async throws {
        let tag = "ETag: \"1\"\r\n"
        let server = try await ScriptedServer.start(
            Self.treeinfo,
            Self.kernel("200 OK", tag, count: 300),
            Self.kernel("206 Partial Content", tag + "Content-Range: bytes 300-999/1000\r\n", from: 300, count: 300),
            Self.kernel("206 Partial Content", tag + "Content-Range: bytes 600-999/1000\r\n", from: 600),
            Self.initrd
        )
        try await withTemporaryDirectory { cache in
            let tree = try await TreeFetcher(options: quickOptions())
                .fetch(.url("http://127.0.0.1:\(server.port)"), arch: "x86_64", into: cache)
            #expect(try tree.kernel.bytes == Self.sample.kernel)
        }
        await server.stop()
    }

    /// A file that changes between two answers.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            ("ETag: \"1\"\r\n", "200 OK", "ETag: \"2\"\r\n", 0, "ETag was \"1\" and now is \"2\""),
            ("Last-Modified: x\r\n", "200 OK", "Last-Modified: y\r\n", 0, "modified at x and now at y"),
            (
                "ETag: \"1\"\r\n", "206 Partial Content", "Content-Range: bytes 400-1999/2000\r\n", 400,
                "had 1000 bytes and now has 2000"
            ),
            ("ETag: \"1\"\r\n", "200 OK", "ETag: \"1\"\r\n", 100, "had 1000 bytes and now has 900"),
            ("ETag: \"1\"\r\n", "416 Range Not Satisfiable", "", 1000, "shorter than the 400 bytes"),
        ]
    ) func namesAFileThatChanges(first: String, status: String, second: String, from: Int, part: String) async throws {
        let error = try await failure(
            [Self.treeinfo, Self.kernel("200 OK", first, count: 400), Self.kernel(status, second, from: from)]
        )
        #expect(error.code == .changed, "\(error)")
        #expect(error.exitStatus == 75)
        #expect(error.message.contains("vmlinuz changed while it was fetched"))
        #expect(error.cause?.contains(part) == true, "\(error)")
    }

    /// The treeinfo promises an old kernel, the mirror has the new one already.
    @Test(.timeLimit(.minutes(2))) func namesATreeThatChanges() async throws {
        let later = SampleTree(kernel: SampleTree.noise(1000, seed: 32), initrd: Self.sample.initrd)
        let error = try await failure(
            [
                Self.treeinfo,
                [.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"), .bytes(later.kernel), .close],
                [.answer("200 OK", later.treeinfo, extra: Self.once), .close],
            ]
        )
        #expect(error.code == .changed, "\(error)")
        #expect(error.message.contains("the tree at http://127.0.0.1"))
        #expect(error.hint?.contains("being updated") == true)
    }

    /// A few bytes now and then keep a connection alive, and must not keep it for ever.
    @Test(.timeLimit(.minutes(2)), arguments: ["treeinfo", "kernel", "head"])
    func namesAServerThatCrawls(what: String) async throws {
        let drip = Step.drip(String(repeating: "a", count: 2000), every: 20)
        let scripts: [[Step]] =
            switch what {
            case "treeinfo": [[.send("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n")] + drip]
            case "kernel": [Self.treeinfo, [.send("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n")] + drip]
            default: [[.send("HTTP/1.1 200 OK\r\nX-Header: ")] + drip]
            }
        let start = ContinuousClock.now
        let error = try await failure(scripts) {
            $0.attempts = 1
            $0.readTimeout = what == "head" ? .seconds(2) : .seconds(20)
            $0.minimumRate = 1000
            $0.rateWindow = .milliseconds(400)
        }
        #expect(error.code == (what == "head" ? .readTimeout : .tooSlow), "\(error)")
        #expect(error.exitStatus == 75)
        let part = what == "head" ? "sent nothing for 2 s" : "fewer than 1000 a second"
        #expect(error.message.contains(part), "\(error)")
        // The whole of it would take forty seconds.
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    /// Slow is not too slow.
    @Test func aRateIsMeasuredOverAWindow() {
        var options = quickOptions()
        options.rateWindow = .seconds(3600)
        var rate = TransferRate(options)
        #expect(rate.add(1) == nil)
        options.rateWindow = .zero
        options.minimumRate = 0
        rate = TransferRate(options)
        #expect(rate.add(0) == nil)
    }

    func failure(
        _ scripts: [[Step]],
        _ change: (inout TreeFetcher.Options) -> Void = { _ in }
    ) async throws -> TreeError {
        let server = try await ScriptedServer.start(scripts)
        let options = quickOptions(change)
        let error = await withKnownCache { cache in
            await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: options)
                    .fetch(.url("http://127.0.0.1:\(server.port)/tree"), arch: "x86_64", into: cache)
            }
        }
        await server.stop()
        return try #require(error)
    }

    /// Runs a body with a cache that must be empty afterwards.
    private func withKnownCache(_ body: (FilePath) async -> TreeError?) async -> TreeError? {
        try? await withTemporaryDirectory { cache in
            let error = await body(cache)
            #expect(cache.names == [])
            return error
        }
    }
}
