import SystemPackage
import Testing

@testable import InstallTrees

@Suite struct TreeTrustTests {
    enum Pin: Sendable { case none, treeinfo, tree, wrong }

    static let strong: String? = nil
    static let weak =
        "images/pxeboot/vmlinuz = md5:\(SampleTree.md5(SampleTree().kernel))\n"
        + "images/pxeboot/initrd.img = sha256:\(SampleTree.sha256(SampleTree().initrd))"
    static let half = "images/pxeboot/vmlinuz = sha256:\(SampleTree.sha256(SampleTree().kernel))"

    /// Over plain http: what the treeinfo has, what is pinned, and what comes of it.
    @Test(
        arguments: [
            (strong, Pin.none, TreeTrust.checksummed, nil),
            (strong, .treeinfo, .pinned, nil),
            (strong, .tree, nil, .pinMismatch),
            (strong, .wrong, nil, .pinMismatch),
            (weak, .none, nil, .unverifiedTree),
            // The pin covers the treeinfo, but the treeinfo does not cover the kernel.
            (weak, .treeinfo, nil, .unverifiedTree),
            (weak, .tree, .pinned, nil),
            (weak, .wrong, nil, .pinMismatch),
            (half, .none, nil, .unverifiedTree),
            (half, .tree, .pinned, nil),
            ("", .none, nil, .unverifiedTree),
            ("", .treeinfo, nil, .unverifiedTree),
            ("", .tree, .pinned, nil),
        ] as [(String?, Pin, TreeTrust?, TreeError.Code?)]
    )
    func judgesATreeOverPlainHTTP(checksums: String?, pin: Pin, trust: TreeTrust?, code: TreeError.Code?) async throws {
        let sample = SampleTree(checksums: checksums)
        let log = Recorder<PayloadServer.Access>()
        try await withServed(sample, log) { server, cache in
            let fetcher = TreeFetcher(options: quickOptions())
            let source = TreeSource.url(server.url)
            let text = Self.text(pin, sample)
            if let trust {
                // The second time from the cache, with the same judgement.
                for _ in 0..<2 {
                    let tree = try await fetcher.fetch(source, arch: "x86_64", into: cache, pin: text)
                    #expect(tree.trust == trust)
                }
                #expect(cache.names.count == 1)
            } else {
                let error = await #expect(throws: TreeError.self) {
                    try await fetcher.fetch(source, arch: "x86_64", into: cache, pin: text)
                }
                #expect(error?.code == code, "\(String(describing: error))")
                #expect(error?.exitStatus == 65)
                #expect(cache.names == [])
                if code == .unverifiedTree {
                    #expect(log.values.map(\.path) == ["/.treeinfo"])
                    #expect(error?.message.contains(server.url) == true)
                    #expect(error?.message.contains("the pin vouches for the .treeinfo") == (pin == .treeinfo))
                    #expect(error?.hint?.contains("imagebake pin RECIPE") == true)
                    #expect(error?.hint?.contains("--allow-unverified-tree") == true)
                }
            }
        }
    }

    @Test func recordsThatAnUnverifiedTreeWasAllowed() async throws {
        try await withServed(SampleTree(checksums: "")) { server, cache in
            let options = quickOptions { $0.allowsUnverified = true }
            let tree = try await TreeFetcher(options: options).fetch(.url(server.url), arch: "x86_64", into: cache)
            #expect(tree.trust == .unverified)
            // Allowed once is not allowed for ever: the cache holds it, but nobody vouches for it.
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: quickOptions()).fetch(.url(server.url), arch: "x86_64", into: cache)
            }
            #expect(error?.code == .unverifiedTree)
        }
    }

    @Test(
        arguments: [
            (strong, Pin.none, TreeTrust.checksummed), (strong, .treeinfo, .pinned), (weak, .none, .local),
            (weak, .treeinfo, .local), (weak, .tree, .pinned), ("", .none, .local), ("", .tree, .pinned),
        ] as [(String?, Pin, TreeTrust)]
    ) func judgesADirectory(checksums: String?, pin: Pin, trust: TreeTrust) async throws {
        let sample = SampleTree(checksums: checksums)
        try await withTemporaryDirectory { directory in
            try sample.write(to: directory.appending("tree"))
            let tree = try await TreeFetcher(options: quickOptions()).fetch(
                .directory(directory.appending("tree")),
                arch: "x86_64",
                into: directory.appending("cache"),
                pin: Self.text(pin, sample)
            )
            #expect(tree.trust == trust)
        }
    }

    @Test(arguments: [strong, weak, ""]) func whatIsPinnedIsAcceptedLater(checksums: String?) async throws {
        let sample = SampleTree(checksums: checksums)
        let log = Recorder<PayloadServer.Access>()
        try await withServed(sample, log) { server, cache in
            let fetcher = TreeFetcher(options: quickOptions())
            let pin = try await fetcher.pin(of: .url(server.url), arch: "x86_64", into: cache)
            #expect(pin == "sha256:\(Self.text(checksums == nil ? .treeinfo : .tree, sample) ?? "")")
            // Where the treeinfo vouches for the rest, the rest is not fetched.
            #expect(log.values.count == (checksums == nil ? 1 : 4))
            let tree = try await fetcher.fetch(.url(server.url), arch: "x86_64", into: cache, pin: pin)
            #expect(tree.trust == .pinned)
        }
    }

    @Test func https() throws {
        let trust = try TreeTrust.fetched(
            from: "https://h/",
            isSecure: true,
            .none,
            isPinned: false,
            allowsUnverified: false
        )
        #expect(trust == .transport)
        #expect(TreeTrust.allCases.sorted() == TreeTrust.allCases)
        #expect(TreeTrust.unverified < .local && .pinned < TreeTrust.signed)
    }

    static func text(_ pin: Pin, _ sample: SampleTree) -> String? {
        let treeinfo = SampleTree.sha256(Array(sample.treeinfo.utf8))
        switch pin {
        case .none: return nil
        case .treeinfo: return treeinfo
        case .tree:
            return InstallTree.fingerprint(
                treeinfo,
                SampleTree.sha256(sample.kernel),
                SampleTree.sha256(sample.initrd)
            )
        case .wrong: return String(repeating: "0", count: 64)
        }
    }

    func withServed(
        _ sample: SampleTree,
        _ log: Recorder<PayloadServer.Access>? = nil,
        _ body: (_ server: PayloadServer, _ cache: FilePath) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("tree")
            try sample.write(to: root)
            let server = try await PayloadServer.start(root: root) { log?.add($0) }
            let result: Result<Void, any Error>
            do { result = .success(try await body(server, directory.appending("cache"))) } catch {
                result = .failure(error)
            }
            await server.stop()
            try result.get()
        }
    }
}
