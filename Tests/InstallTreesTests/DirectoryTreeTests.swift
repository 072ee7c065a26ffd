import Foundation
import Glibc
import SystemPackage
import Testing

@testable import InstallTrees

@Suite struct DirectoryTreeTests {
    @Test func usesTheFilesInPlace() async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("tree")
            try SampleTree().write(to: root)
            try root.appending("repo.iso").write(SampleTree.emptyImage)
            let cache = directory.appending("cache")
            let tree = try await fetch(root, cache)
            #expect(tree.kernel == root.appending("images/pxeboot/vmlinuz"))
            #expect(tree.repositoryISO == root.appending("repo.iso"))
            #expect(tree.verification == .strong)
            #expect(tree.initrdDigest == SampleTree.sha256(SampleTree().initrd))
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func namesADirectoryThatMayNotBeWritten() async throws {
        try await withTemporaryDirectory { directory in
            try SampleTree().write(to: directory.appending("tree"))
            let server = try await PayloadServer.start(root: directory.appending("tree"))
            let closed = directory.appending("closed")
            #expect(mkdir(closed.string, 0o555) == 0)
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: quickOptions())
                    .fetch(.url(server.url), arch: "x86_64", into: closed.appending("cache"))
            }
            #expect(error?.code == .permissionDenied)
            #expect(error?.exitStatus == 77)
            await server.stop()
        }
    }

    @Test func makesARelativePathAbsolute() {
        let current = FilePath(FileManager.default.currentDirectoryPath)
        #expect(Files.absolute("a/../b/./c") == current.appending("b/c"))
        #expect(Files.absolute("/a/../b") == "/a/../b")
    }

    @Test func remembersDigestsAndNoticesAChange() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("file")
            try file.write([1, 2, 3])
            let changed = try Files.status(file).changed
            var cache = DigestCache(directory: directory.appending("digests")) { changed + 1_000_000_000 }
            // A file as fresh as this one is not remembered: within the clock's grain it could change unseen.
            _ = try await cache.digests(of: file, [.sha256])
            #expect(cache.directory.names.isEmpty)
            cache.now = { changed + 3_000_000_000 }
            let first = try await cache.digests(of: file, [.sha256])
            #expect(first[.sha256] == SampleTree.sha256([1, 2, 3]))
            let record = try #require(cache.directory.names.first)
            let lie = "sha256:\(String(repeating: "0", count: 64))\n"
            try cache.directory.appending(record).write(lie.utf8)
            // The record is used while the file stays as it is ...
            #expect(try await cache.digests(of: file, [.sha256])[.sha256]?.hasPrefix("000") == true)
            // ... not for another algorithm, and not when the file has changed, its size and its time put back.
            #expect(try await cache.digests(of: file, [.md5])[.md5] == SampleTree.md5([1, 2, 3]))
            let before = try FileManager.default.attributesOfItem(atPath: file.string)
            try file.write([3, 2, 1])
            let date = try #require(before[.modificationDate] as? Date)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file.string)
            #expect(try await cache.digests(of: file, [.sha256])[.sha256] == SampleTree.sha256([3, 2, 1]))
        }
    }

    @Test(arguments: [
        ("none", TreeError.Code.noSuchDirectory, "there is no directory"),
        ("file", .notADirectory, "not a directory"),
        ("empty", .noTreeinfo, "no install tree"),
        ("html", .webPage, "web page"),
        ("arch", .missingArchitecture, "no kernel and initrd for x86_64"),
        ("kernel", .missingFile, "the tree has no images/pxeboot/vmlinuz"),
        ("damaged", .checksumMismatch, "vmlinuz is not what the treeinfo promises"),
        ("device", .notAFile, "not a regular file"),
    ]) func namesWhatIsWrong(name: String, code: TreeError.Code, part: String) async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending(name)
            let kernel = root.appending("images/pxeboot/vmlinuz")
            switch name {
            case "file": try root.write([1])
            case "empty": try root.appending("file").write([1])
            case "html": try root.appending(".treeinfo").write("<html>".utf8)
            case "arch": try SampleTree(arch: "aarch64").write(to: root)
            case "kernel":
                try SampleTree().write(to: root)
                try FileManager.default.removeItem(atPath: kernel.string)
            case "damaged":
                try SampleTree().write(to: root)
                try kernel.write([1, 2, 3])
            case "device":
                try SampleTree().write(to: root)
                try FileManager.default.removeItem(atPath: kernel.string)
                #expect(mkfifo(kernel.string, 0o600) == 0)
            default: break
            }
            let error = await #expect(throws: TreeError.self) { try await fetch(root, directory.appending("cache")) }
            #expect(error?.code == code)
            #expect(error?.message.contains(part) == true, "\(String(describing: error))")
            #expect(error?.message.contains(root.string) == true)
            #expect(error?.exitStatus == 66)
        }
    }

    func fetch(_ root: FilePath, _ cache: FilePath) async throws(TreeError) -> InstallTree {
        try await TreeFetcher(options: quickOptions()).fetch(.directory(root), arch: "x86_64", into: cache)
    }
}

/// A file system of a few megabytes; mounting it takes root.
@Suite(.serialized, .enabled(if: geteuid() == 0, "mounting a tmpfs takes root")) struct FullDiskTests {
    @Test(arguments: [true, false]) func namesAFullDisk(announced: Bool) async throws {
        try await withSmallFileSystem("size=1m") { small in
            let sample = SampleTree(kernel: SampleTree.noise(3 << 20, seed: 10), initrd: [1])
            let length = announced ? "Content-Length: \(sample.kernel.count)\r\n" : ""
            let server = try await ScriptedServer.start(
                [.answer("200 OK", sample.treeinfo, extra: TreeFailureTests.once), .close],
                [.send("HTTP/1.1 200 OK\r\n\(length)Connection: close\r\n\r\n"), .bytes(sample.kernel), .close]
            )
            let cache = small.appending("cache")
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: quickOptions())
                    .fetch(.url("http://127.0.0.1:\(server.port)"), arch: "x86_64", into: cache)
            }
            #expect(error?.code == .diskFull, "\(String(describing: error))")
            #expect(error?.exitStatus == 74)
            #expect(error?.message.contains(small.string) == true)
            #expect(cache.names == [])
            #expect(server.requests.values.count == 2)
            await server.stop()
        }
    }

    @Test func anInitrdThatDoesNotFitLeavesNothing() async throws {
        try await withSmallFileSystem("size=1m") { small in
            try await withTemporaryDirectory { directory in
                try directory.appending("initrd").write(SampleTree.noise(2 << 20, seed: 11))
                let error = await #expect(throws: TreeError.self) {
                    try await InitrdInjector.inject(
                        [.init(name: "ks.cfg", contents: [1])],
                        into: directory.appending("initrd"),
                        writing: small.appending("out")
                    )
                }
                #expect(error?.code == .diskFull)
                #expect(small.names == [])
            }
        }
    }

    @Test func namesAReadOnlyFileSystem() async throws {
        try await withSmallFileSystem("size=1m,ro") { small in
            try await withTemporaryDirectory { directory in
                try SampleTree().write(to: directory)
                let server = try await PayloadServer.start(root: directory)
                let error = await #expect(throws: TreeError.self) {
                    try await TreeFetcher(options: quickOptions())
                        .fetch(.url(server.url), arch: "x86_64", into: small.appending("cache"))
                }
                #expect(error?.code == .permissionDenied)
                #expect(error?.exitStatus == 77)
                // A tree in place needs no cache at all.
                let tree = try await TreeFetcher(options: quickOptions())
                    .fetch(.directory(directory), arch: "x86_64", into: small.appending("cache"))
                #expect(tree.verified)
                await server.stop()
            }
        }
    }

    func withSmallFileSystem(_ options: String, _ body: (FilePath) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let flags: UInt = options.contains("ro") ? 1 : 0
            let size = options.split(separator: ",").first.map(String.init) ?? options
            try #require(mount("tmpfs", directory.string, "tmpfs", flags, size) == 0, "errno \(errno)")
            let result: Result<Void, any Error>
            do { result = .success(try await body(directory)) } catch { result = .failure(error) }
            #expect(umount2(directory.string, 2) == 0)
            try result.get()
        }
    }
}
