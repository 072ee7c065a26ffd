import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import InstallTrees

@Suite struct TreeFetcherTests {
    @Test func fetchesVerifiesAndReuses() async throws {
        let log = Recorder<PayloadServer.Access>()
        let events = Recorder<TreeFetchEvent>()
        try await withTree(SampleTree(), log) { directory, server, cache in
            let fetcher = TreeFetcher(options: quickOptions())
            let source = try TreeSource(server.url)
            let tree = try await fetcher.fetch(source, arch: "x86_64", into: cache) { events.add($0) }
            let sample = SampleTree()
            #expect(try tree.kernel.bytes == sample.kernel)
            #expect(try tree.initrd.bytes == sample.initrd)
            #expect(tree.kernelDigest == SampleTree.sha256(sample.kernel))
            #expect(tree.initrdDigest == SampleTree.sha256(sample.initrd))
            #expect(tree.treeinfoDigest == SampleTree.sha256(Array(sample.treeinfo.utf8)))
            #expect(tree.verification == .strong)
            #expect(tree.payload?.path == "LiveOS/rootfs.tar")
            #expect(log.values.map(\.path) == ["/.treeinfo", "/images/pxeboot/vmlinuz", "/images/pxeboot/initrd.img"])
            let entry = tree.kernel.removingLastComponent()
            #expect(cache.names == [entry.lastComponent?.string])
            #expect(entry.names == [".treeinfo", "complete", "initrd", "kernel"])
            #expect(events.values.filter { if case .verified = $0 { true } else { false } }.count == 2)
            let last = TreeFetchEvent.downloading(
                file: "images/pxeboot/initrd.img",
                received: 2_000_003,
                total: 2_000_003
            )
            #expect(events.values.contains(last))

            log.clear()
            events.clear()
            let again = try await fetcher.fetch(source, arch: "x86_64", into: cache) { events.add($0) }
            #expect(again == tree)
            #expect(log.values.map(\.path) == ["/.treeinfo"])
            #expect(events.values.contains(.reused(entry: entry)))
            #expect(events.values.filter { if case .verified(_, _, .treeinfo) = $0 { true } else { false } }.count == 2)
        }
    }

    @Test func oneTreeHasOneFingerprintWhereverItIs() async throws {
        try await withTree(SampleTree()) { directory, server, cache in
            let other = try await PayloadServer.start(root: directory)
            let fetcher = TreeFetcher(options: quickOptions())
            let sources: [TreeSource] = [.url(server.url + "/"), .url(other.url), .directory(directory)]
            var trees: [InstallTree] = []
            for source in sources { trees.append(try await fetcher.fetch(source, arch: "x86_64", into: cache)) }
            await other.stop()
            #expect(Set(trees.map(\.fingerprint)).count == 1)
            #expect(Set(trees.map(\.kernel)).count == 3)
            #expect(trees[2].kernel.starts(with: directory))
        }
    }

    @Test func fetchesAgainWhenTheTreeChanges() async throws {
        try await withTree(SampleTree()) { directory, server, cache in
            let fetcher = TreeFetcher(options: quickOptions())
            let first = try await fetcher.fetch(.url(server.url), arch: "x86_64", into: cache)
            try SampleTree(kernel: [7, 7, 7]).write(to: directory)
            let second = try await fetcher.fetch(.url(server.url), arch: "x86_64", into: cache)
            #expect(try second.kernel.bytes == [7, 7, 7])
            #expect(first.fingerprint != second.fingerprint)
            #expect(cache.names.count == 2)
        }
    }

    @Test func takesTreeinfoWithoutADotAndAnAlias() async throws {
        try await withTree(SampleTree(name: "treeinfo")) { _, server, cache in
            let fetcher = TreeFetcher(options: quickOptions())
            let tree = try await fetcher.fetch(.url(server.url), arch: "amd64", into: cache)
            #expect(tree.verified)
        }
    }

    @Test(arguments: [
        (
            "images/pxeboot/vmlinuz = md5:\(SampleTree.md5(SampleTree().kernel))\nimages/pxeboot/initrd.img = md5:"
                + SampleTree.md5(SampleTree().initrd), InstallTree.Verification.weak, 2
        ),
        ("images/pxeboot/vmlinuz = md5:\(SampleTree.md5(SampleTree().kernel))", .none, 2),
        ("", .none, 2),
    ]) func saysHowFarATreeIsVerified(
        checksums: String,
        verification: InstallTree.Verification,
        warnings: Int
    ) async throws {
        let events = Recorder<TreeFetchEvent>()
        try await withTree(SampleTree(checksums: checksums)) { directory, server, cache in
            for source in [TreeSource.url(server.url), .directory(directory)] {
                events.clear()
                let tree = try await TreeFetcher(options: quickOptions { $0.allowsUnverified = true })
                    .fetch(source, arch: "x86_64", into: cache) { events.add($0) }
                #expect(tree.verification == verification)
                #expect(events.values.filter { if case .warning = $0 { true } else { false } }.count == warnings)
            }
        }
    }

    @Test func aPinIsCheckedBeforeAnythingElseIsFetched() async throws {
        let log = Recorder<PayloadServer.Access>()
        try await withTree(SampleTree(), log) { directory, server, cache in
            let fetcher = TreeFetcher(options: quickOptions())
            let digest = SampleTree.sha256(Array(SampleTree().treeinfo.utf8))
            for source in [TreeSource.url(server.url), .directory(directory)] {
                log.clear()
                let wrong = String(repeating: "0", count: 64)
                let error = await #expect(throws: TreeError.self) {
                    try await fetcher.fetch(source, arch: "x86_64", into: cache, pin: wrong)
                }
                #expect(error?.code == .pinMismatch)
                #expect(log.values.count <= 1)
                for pin in [digest, "sha256:\(digest.uppercased())"] {
                    _ = try await fetcher.fetch(source, arch: "x86_64", into: cache, pin: pin)
                }
            }
        }
    }

    /// What is said to be verified was read now: a cached file that was changed on disk, or cut, comes again.
    @Test(arguments: ["kernel", "initrd"], [true, false])
    func fetchesAChangedCachedFileAgain(name: String, isCut: Bool) async throws {
        let log = Recorder<PayloadServer.Access>()
        let events = Recorder<TreeFetchEvent>()
        try await withTree(SampleTree(), log) { _, server, cache in
            let fetcher = TreeFetcher(options: quickOptions())
            let tree = try await fetcher.fetch(.url(server.url), arch: "x86_64", into: cache)
            let file = tree.kernel.removingLastComponent().appending(name)
            let bytes = try file.bytes
            try file.write(isCut ? [1] : [UInt8](repeating: 0, count: bytes.count))
            log.clear()
            _ = try await fetcher.fetch(.url(server.url), arch: "x86_64", into: cache) { events.add($0) }
            #expect(try file.bytes == bytes)
            #expect(log.values.count == 3)
            #expect(cache.names.count == 1)
            let warnings = events.values.compactMap { if case .warning(let text) = $0 { text } else { nil } }
            #expect(isCut || warnings.contains { $0.contains("the cached \(name) of \(server.url)/ was changed") })
        }
    }

    @Test func severalAtOnceLeaveOneEntry() async throws {
        try await withTree(SampleTree()) { _, server, cache in
            let trees = try await withThrowingTaskGroup(of: InstallTree.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await TreeFetcher(options: quickOptions())
                            .fetch(.url(server.url), arch: "x86_64", into: cache)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(trees).count == 1)
            #expect(cache.names.count == 1)
            #expect(try trees[0].initrd.bytes == SampleTree().initrd)
        }
    }

    @Test func makingADraftSurvivesTheSweepsOfOthers() async throws {
        try await withTemporaryDirectory { directory in
            let cache = TreeCache(directory: directory)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask { for _ in 0..<50 { cache.sweep() } }
                    group.addTask {
                        for _ in 0..<50 {
                            let draft = try cache.draft()
                            #expect(FileManager.default.fileExists(atPath: draft.path.string))
                            draft.discard()
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(directory.names == [])
        }
    }

    @Test func sweepsWhatADeadFetchLeftAndSparesALivingOne() async throws {
        try await withTree(SampleTree()) { _, server, cache in
            try cache.appending(".fetch-dead").appending("kernel").write([1])
            let living = try TreeCache(directory: cache).draft()
            _ = try await TreeFetcher(options: quickOptions()).fetch(.url(server.url), arch: "x86_64", into: cache)
            #expect(cache.names.count == 2)
            #expect(cache.names.first == living.path.lastComponent?.string)
            living.discard()
            #expect(cache.names.count == 1)
        }
    }

    @Test func followsRedirectsAndKeepsTheBase() async throws {
        try await withTree(SampleTree()) { _, server, cache in
            let redirect = { (path: String) in
                ScriptedServer.Step.answer(
                    "302 Found",
                    extra: "Location: \(server.url)\(path)\r\nConnection: close\r\n"
                )
            }
            let mirror = try await ScriptedServer.start(
                [redirect("/.treeinfo"), .close],
                [redirect("/images/pxeboot/vmlinuz"), .close],
                [redirect("/images/pxeboot/initrd.img"), .close]
            )
            let tree = try await TreeFetcher(options: quickOptions())
                .fetch(.url("http://127.0.0.1:\(mirror.port)/t"), arch: "x86_64", into: cache)
            await mirror.stop()
            #expect(tree.verified)
            let lines = mirror.requests.values.compactMap { $0.split(separator: "\r\n").first }
            #expect(
                lines == [
                    "GET /t/.treeinfo HTTP/1.1", "GET /t/images/pxeboot/vmlinuz HTTP/1.1",
                    "GET /t/images/pxeboot/initrd.img HTTP/1.1",
                ]
            )
        }
    }

    @Test func goesThroughAProxyInAbsoluteForm() async throws {
        let log = Recorder<PayloadServer.Access>()
        try await withTree(SampleTree(), log) { _, server, cache in
            let options = quickOptions { $0.environment = ["http_proxy": "http://joe:s3cret@127.0.0.1:\(server.port)"] }
            let tree = try await TreeFetcher(options: options)
                .fetch(.url("http://no-such-host.invalid"), arch: "x86_64", into: cache)
            #expect(tree.verified)
            #expect(log.values.map(\.path).first == "http://no-such-host.invalid/.treeinfo")
        }
    }

    @Test func sendsCredentialsWithoutShowingThem() async throws {
        let server = try await ScriptedServer.start([
            .answer("401 Unauthorized", extra: "Connection: close\r\n"), .close,
        ])
        try await withTemporaryDirectory { cache in
            let source = try TreeSource("http://joe:s3cret@127.0.0.1:\(server.port)/")
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: quickOptions()).fetch(source, arch: "x86_64", into: cache)
            }
            #expect(error?.code == .httpStatus)
            #expect(error?.status == 401)
            #expect("\(String(describing: error))\(error?.hint ?? "")".contains("s3cret") == false)
        }
        #expect(server.requests.values.count == 1)
        #expect(server.requests.values.first?.contains("Basic am9lOnMzY3JldA==") == true)
        await server.stop()
    }

    @Test func resumesABrokenTransfer() async throws {
        let sample = SampleTree(kernel: SampleTree.noise(1000, seed: 8), initrd: SampleTree.noise(500, seed: 9))
        let head = "ETag: \"v1\"\r\nConnection: close\r\n"
        let server = try await ScriptedServer.start(
            [.answer("200 OK", sample.treeinfo, extra: "Connection: close\r\n"), .close],
            [
                .send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\(head)\r\n"), .bytes(Array(sample.kernel[..<400])),
                .close,
            ],
            [
                .send("HTTP/1.1 206 Partial Content\r\nContent-Length: 600\r\nContent-Range: bytes 400-999/1000\r\n"),
                .send("\(head)\r\n"), .bytes(Array(sample.kernel[400...])), .close,
            ],
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\(head)\r\n"), .bytes(sample.initrd), .close]
        )
        let events = Recorder<TreeFetchEvent>()
        try await withTemporaryDirectory { cache in
            let tree = try await TreeFetcher(options: quickOptions())
                .fetch(.url("http://127.0.0.1:\(server.port)"), arch: "x86_64", into: cache) { events.add($0) }
            #expect(try tree.kernel.bytes == sample.kernel)
        }
        let resumed = server.requests.values.dropFirst(2).first?.lowercased()
        #expect(resumed?.contains("range: bytes=400-\r\n") == true)
        #expect(resumed?.contains("if-range: \"v1\"\r\n") == true)
        let kernel = "images/pxeboot/vmlinuz"
        #expect(events.values.contains(.downloading(file: kernel, received: 400, total: 1000)))
        #expect(events.values.contains(.downloading(file: kernel, received: 1000, total: 1000)))
        await server.stop()
    }

    /// Serves a tree and gives the test its directory, its server and a cache directory.
    func withTree(
        _ sample: SampleTree,
        _ log: Recorder<PayloadServer.Access>? = nil,
        _ body: (_ directory: FilePath, _ server: PayloadServer, _ cache: FilePath) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("tree")
            try sample.write(to: root)
            let server = try await PayloadServer.start(root: root) { log?.add($0) }
            let result: Result<Void, any Error>
            do { result = .success(try await body(root, server, directory.appending("cache"))) } catch {
                result = .failure(error)
            }
            await server.stop()
            try result.get()
        }
    }
}
