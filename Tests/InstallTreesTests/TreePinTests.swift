import Foundation
import SystemPackage
import Testing

@testable import InstallTrees

/// What is pinned was looked at first, and what is asked of a cached tree is asked of it too.
@Suite struct TreePinTests {
    static let debian = WantedRelease(distribution: "debian", majorVersion: "12")
    static let rocky = WantedRelease(distribution: "rocky", majorVersion: "9")

    @Test(.timeLimit(.minutes(2))) func aMediumIsPinnedWhereItsSignatureIsGood() async throws {
        try await withKey { directory, key in
            try SampleTree().write(to: directory.appending("tree"))
            let image = directory.appending("x.iso")
            try await DirectoryMedium.make(directory: directory.appending("tree"), volumeID: "X", output: image)
            let digest = SampleTree.sha256(try image.bytes)
            let list = directory.appending("list")
            try list.write("\(digest)  x.iso\n".utf8)
            let signed = directory.appending("CHECKSUM")
            try await key.clearsign(list, to: signed)
            let nonsense = directory.appending("nonsense")
            try nonsense.write("nonsense\n".utf8)
            let fetcher = TreeFetcher(options: quickOptions())
            let cache = directory.appending("cache")
            let table: [(FilePath, FilePath, WantedRelease, TreeError.Code?)] = [
                (signed, key.armored, Self.debian, nil), (nonsense, key.armored, Self.debian, .badSignature),
                (signed, nonsense, Self.debian, .badKey), (list, key.armored, Self.debian, .badSignature),
                (signed, key.armored, Self.rocky, .wrongRelease),
            ]
            for (file, key, release, code) in table {
                let medium = MediumTrust(checksumFile: file, key: key)
                do throws(TreeError) {
                    let pin = try await fetcher.pin(
                        of: .iso(image),
                        arch: "x86_64",
                        into: cache,
                        medium: medium,
                        release: release
                    )
                    #expect(code == nil && pin == "sha256:\(digest)")
                } catch {
                    #expect(error.code == code, "\(error)")
                }
            }
            // The plan's question, nothing being hashed for it: the digest is known by now, where the file is old enough.
            let error = await #expect(throws: TreeError.self) {
                try await fetcher.cached(
                    .iso(image),
                    arch: "x86_64",
                    in: cache,
                    medium: MediumTrust(checksumFile: nonsense, key: key.armored)
                )
            }
            #expect(error?.code == .badSignature)
        }
    }

    @Test(arguments: [true, false]) func aTreeOfAnotherReleaseIsNotPinned(isServed: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("tree")
            try SampleTree(checksums: "").write(to: root)
            let server = try await PayloadServer.start(root: root)
            let source: TreeSource = isServed ? .url(server.url) : .directory(root)
            let fetcher = TreeFetcher(options: quickOptions())
            let cache = directory.appending("cache")
            let error = await #expect(throws: TreeError.self) {
                try await fetcher.pin(of: source, arch: "x86_64", into: cache, release: Self.rocky)
            }
            #expect(error?.code == .wrongRelease)
            _ = try await fetcher.pin(of: source, arch: "x86_64", into: cache, release: Self.debian)
            await server.stop()
        }
    }

    /// A kernel that is a web page is not pinned, though nothing says what it must be.
    @Test func aWebPageIsNotPinned() async throws {
        let sample = SampleTree(checksums: "")
        let server = try await ScriptedServer.start(
            [.answer("200 OK", sample.treeinfo, extra: TreeFailureTests.once), .close],
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n<html>log in"), .close]
        )
        try await withTemporaryDirectory { cache in
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: quickOptions())
                    .pin(of: .url("http://127.0.0.1:\(server.port)"), arch: "x86_64", into: cache)
            }
            #expect(error?.code == .webPage)
        }
        await server.stop()
    }

    @Test(arguments: [nil, ""] as [String?]) func aCachedTreeIsHeldAgainstItsPin(checksums: String?) async throws {
        try await withTemporaryDirectory { directory in
            try SampleTree(checksums: checksums).write(to: directory.appending("tree"))
            let server = try await PayloadServer.start(root: directory.appending("tree"))
            let fetcher = TreeFetcher(options: quickOptions { $0.allowsUnverified = true })
            let cache = directory.appending("cache")
            let source = TreeSource.url(server.url)
            let wrong = String(repeating: "0", count: 64)
            _ = try await fetcher.fetch(source, arch: "x86_64", into: cache)
            #expect(try await fetcher.cached(source, arch: "x86_64", in: cache) != nil)
            let pin = try await fetcher.pin(of: source, arch: "x86_64", into: cache)
            #expect(try await fetcher.cached(source, arch: "x86_64", in: cache, pin: pin) != nil)
            let cases: [(String?, MediumTrust, WantedRelease, TreeError.Code)] = [
                (wrong, MediumTrust(), Self.debian, .pinMismatch), (nil, MediumTrust(), Self.rocky, .wrongRelease),
                (nil, MediumTrust(checksumFile: "/CHECKSUM"), Self.debian, .unsupportedSource),
            ]
            for (pin, medium, release, code) in cases {
                let error = await #expect(throws: TreeError.self) {
                    try await fetcher.cached(
                        source,
                        arch: "x86_64",
                        in: cache,
                        pin: pin,
                        medium: medium,
                        release: release
                    )
                }
                #expect(error?.code == code)
            }
            await server.stop()
        }
    }

    /// The guest gets `repo.iso`: it is the tree's own, and an image.
    @Test(arguments: [("link", TreeError.Code.unsafePath), ("text", .notAnISO), ("pipe", .notAnISO)])
    func aTreesMediumIsItsOwn(what: String, code: TreeError.Code) async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("tree")
            try SampleTree().write(to: root)
            let image = root.appending("repo.iso")
            switch what {
            case "link":
                let secret = directory.appending("secret")
                try secret.write(SampleTree.emptyImage)
                try FileManager.default.createSymbolicLink(atPath: image.string, withDestinationPath: secret.string)
            case "text": try image.write("no image".utf8)
            default: #expect(mkfifo(image.string, 0o600) == 0)
            }
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: quickOptions())
                    .fetch(.directory(root), arch: "x86_64", into: directory.appending("cache"))
            }
            #expect(error?.code == code, "\(String(describing: error))")
            #expect(error?.exitStatus == 66)
            #expect(error?.location == image.string)
        }
    }
}
