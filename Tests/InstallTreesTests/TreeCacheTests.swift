import Foundation
import Glibc
import SystemPackage
import Testing

@testable import InstallTrees

@Suite struct TreeCacheTests {
    @Test(.timeLimit(.minutes(2))) func severalAtOnceFetchOnce() async throws {
        let log = Recorder<PayloadServer.Access>()
        try await TreeTrustTests().withServed(SampleTree(), log) { server, cache in
            try await withThrowingTaskGroup(of: InstallTree.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await TreeFetcher(options: quickOptions())
                            .fetch(.url(server.url), arch: "x86_64", into: cache)
                    }
                }
                try await group.waitForAll()
            }
            #expect(log.values.filter { $0.path.hasSuffix("vmlinuz") }.count == 1)
            #expect(log.values.filter { $0.path.hasSuffix("initrd.img") }.count == 1)
            #expect(cache.names.count == 1)
        }
    }

    /// Another process fetches the tree: this one waits for it and takes what it made.
    @Test(.timeLimit(.minutes(2))) func waitsForAnotherProcessAndUsesItsResult() async throws {
        let log = Recorder<PayloadServer.Access>()
        try await TreeTrustTests().withServed(SampleTree(), log) { server, cache in
            let fetcher = TreeFetcher(options: quickOptions())
            let tree = try await fetcher.fetch(.url(server.url), arch: "x86_64", into: cache)
            let entry = tree.kernel.removingLastComponent()
            let aside = cache.appending("aside")
            try FileManager.default.moveItem(atPath: entry.string, toPath: aside.string)
            let holder = try await Holder(cache.appending(".lock-\(entry.lastComponent?.string ?? "")"))
            log.clear()
            let (waiting, begin) = AsyncStream<Void>.makeStream()
            let task = Task {
                try await fetcher.fetch(.url(server.url), arch: "x86_64", into: cache) { event in
                    if case .waiting = event { begin.yield() }
                }
            }
            for await _ in waiting { break }
            try FileManager.default.moveItem(atPath: aside.string, toPath: entry.string)
            holder.kill()
            #expect(try await task.value == tree)
            #expect(log.values.map(\.path) == ["/.treeinfo"])
        }
    }

    /// The kernel lets a dead process's lock go; what it left half done is fetched again.
    @Test(.timeLimit(.minutes(2))) func aDeadHolderHoldsNobodyUp() async throws {
        try await TreeTrustTests().withServed(SampleTree()) { server, cache in
            let treeinfo = Array(SampleTree().treeinfo.utf8)
            let entry = TreeCache(directory: cache).entry("\(server.url)/", arch: "x86_64", treeinfo: treeinfo)
            try FileManager.default.createDirectory(atPath: cache.string, withIntermediateDirectories: true)
            let holder = try await Holder(cache.appending(".lock-\(entry.lastComponent?.string ?? "")"))
            let (waiting, begin) = AsyncStream<Void>.makeStream()
            let task = Task {
                try await TreeFetcher(options: quickOptions())
                    .fetch(.url(server.url), arch: "x86_64", into: cache) { event in
                        if case .waiting = event { begin.yield() }
                    }
            }
            for await _ in waiting { break }
            holder.kill()
            let tree = try await task.value
            #expect(tree.kernel.removingLastComponent() == entry)
            #expect(cache.names == [entry.lastComponent?.string])
        }
    }

    @Test(.timeLimit(.minutes(2))) func aWaitCanBeCancelled() async throws {
        try await TreeTrustTests().withServed(SampleTree()) { server, cache in
            let treeinfo = Array(SampleTree().treeinfo.utf8)
            let entry = TreeCache(directory: cache).entry("\(server.url)/", arch: "x86_64", treeinfo: treeinfo)
            try FileManager.default.createDirectory(atPath: cache.string, withIntermediateDirectories: true)
            let holder = try await Holder(cache.appending(".lock-\(entry.lastComponent?.string ?? "")"))
            let (waiting, begin) = AsyncStream<Void>.makeStream()
            let task = Task {
                try await TreeFetcher(options: quickOptions())
                    .fetch(.url(server.url), arch: "x86_64", into: cache) { event in
                        if case .waiting = event { begin.yield() }
                    }
            }
            for await _ in waiting { break }
            task.cancel()
            let error = await #expect(throws: TreeError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            holder.kill()
        }
    }

    @Test(.timeLimit(.minutes(2))) func prunesWhatWasUsedLongestAgo() async throws {
        try await withTemporaryDirectory { directory in
            let cache = TreeCache(directory: directory.appending("cache"))
            #expect(try cache.entries() == [])
            #expect(try cache.prune(toBytes: 0) == [])
            let entries = try (0..<4).map { number in
                let entry = cache.entry("http://h/\(number)", arch: "x86_64", treeinfo: [])
                try Self.fill(entry, cache, source: "http://h/\(number)", bytes: 100_000)
                var times = [
                    timespec(tv_sec: 1_000 + number, tv_nsec: 0), timespec(tv_sec: 1_000 + number, tv_nsec: 0),
                ]
                #expect(utimensat(AT_FDCWD, entry.string, &times, 0) == 0)
                return entry
            }
            try cache.directory.appending(".fetch-dead").appending("kernel").write([1])
            try cache.directory.appending(".lock-dead").write([])
            let listed = try cache.entries()
            #expect(listed.map(\.path) == entries)
            #expect(listed.map(\.source) == (0..<4).map { "http://h/\($0)" })
            #expect(listed.map(\.lastUsed) == [1000, 1001, 1002, 1003])
            let size = listed[0].size
            #expect(size >= 200_000 && size < 300_000)

            // Used by this process, used by another one, and asked to be kept.
            var lease = try cache.lease(entries[0])
            #expect(lease != nil)
            let user = try await Holder(entries[1], shared: true)
            let removed = try cache.prune(toBytes: 0, keeping: [entries[2].appending("kernel")])
            #expect(removed.map(\.path) == [entries[3]])
            #expect(cache.directory.names == entries[0..<3].compactMap { $0.lastComponent?.string }.sorted())
            lease = nil
            user.kill()
            // A child that another test is starting holds every lock until it is another program.
            while try cache.entries().count > 2 { try cache.prune(toBytes: 2 * size) }
            #expect(try cache.entries().map(\.path) == [entries[1], entries[2]])
            while try !cache.entries().isEmpty { try cache.prune(toBytes: 0) }
            cache.sweep()
            #expect(cache.directory.names == [])
        }
    }

    /// A tree that somebody holds stays, and one that was used is not the oldest any more.
    @Test(.timeLimit(.minutes(2))) func aTreeKeepsItsFiles() async throws {
        try await TreeTrustTests().withServed(SampleTree()) { server, directory in
            let cache = TreeCache(directory: directory)
            let fetcher = TreeFetcher(options: quickOptions())
            for _ in 0..<2 {
                // First the one that fetched it, then one that found it.
                let tree = try await fetcher.fetch(.url(server.url), arch: "x86_64", into: directory)
                #expect(try cache.prune(toBytes: 0) == [])
                #expect(try tree.kernel.bytes == SampleTree().kernel)
                withExtendedLifetime(tree) {}
            }
            // A child that another test is starting holds every lock until it is another program.
            while directory.names != [] {
                try cache.prune(toBytes: 0)
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test(.timeLimit(.minutes(2))) func pruningAndFetchingAtOnceHarmNobody() async throws {
        try await TreeTrustTests().withServed(SampleTree(kernel: [1, 2], initrd: [3])) { server, directory in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        for _ in 0..<15 {
                            let tree = try await TreeFetcher(options: quickOptions())
                                .fetch(.url(server.url), arch: "x86_64", into: directory)
                            #expect(try tree.kernel.bytes == [1, 2])
                            #expect(try tree.initrd.bytes == [3])
                            withExtendedLifetime(tree) {}
                        }
                    }
                }
                group.addTask {
                    for _ in 0..<200 {
                        try TreeCache(directory: directory).prune(toBytes: 0)
                        try await Task.sleep(for: .milliseconds(2))
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func forgetsOldDigests() async throws {
        try await withTemporaryDirectory { directory in
            let cache = TreeCache(directory: directory)
            let digests = directory.appending(".digests")
            try digests.appending("old").write([1])
            try digests.appending("new").write([1])
            var times = [timespec(tv_sec: 1_000, tv_nsec: 0), timespec(tv_sec: 1_000, tv_nsec: 0)]
            #expect(utimensat(AT_FDCWD, digests.appending("old").string, &times, 0) == 0)
            try cache.prune(toBytes: .max)
            #expect(digests.names == ["new"])
        }
    }

    static func fill(_ entry: FilePath, _ cache: TreeCache, source: String, bytes: Int) throws {
        let draft = try cache.draft()
        try draft.path.appending(TreeCache.treeinfoName).write([])
        try draft.path.appending(TreeCache.kernelName).write([UInt8](repeating: 1, count: bytes))
        try draft.path.appending(TreeCache.initrdName).write([UInt8](repeating: 2, count: bytes))
        let marker = TreeCache.Marker(
            source: source,
            kernelDigest: "",
            kernelSize: Int64(bytes),
            initrdDigest: "",
            initrdSize: Int64(bytes),
            verification: .strong
        )
        _ = try cache.publish(draft, as: entry, marker)
    }

    /// Another process that holds a lock, until it is killed.
    final class Holder {
        private let process = Process()

        init(_ path: FilePath, shared: Bool = false) async throws {
            process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
            // The lock is held by the very process that is killed, not by a parent of it.
            process.arguments = [shared ? "--shared" : "--exclusive", "--no-fork", path.string, "sleep", "60"]
            try process.run()
            while (try? HeldLock.take(path, options: [])) != nil || !FileManager.default.fileExists(atPath: path.string)
            {
                try await Task.sleep(for: .milliseconds(10))
            }
        }

        func kill() {
            Glibc.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }
}
