import DiskImages
import Foundation
import NIOHTTP1
import Publish
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Saves that break off, and those that go on there.
@Suite("Saving what was begun")
struct ResumeTests {
    private let fixture: Fixture
    private let target: FilePath

    init() throws {
        fixture = try Fixture()
        target = fixture.scratch.appending("saved.raw")
    }

    /// What a save told of.
    private final class Log: Sendable {
        private let events = Mutex<[SaveEvent]>([])
        var all: [SaveEvent] { events.withLock(\.self) }
        func note(_ event: SaveEvent) { events.withLock { $0.append(event) } }
    }

    private var parts: [String] { fixture.scratch.names.filter { $0.hasSuffix(".part") } }

    private func part() throws -> FilePath { fixture.scratch.appending(try #require(parts.first)) }

    // MARK: - The local registry

    @Test("a cancelled save keeps what is there and says so")
    func cancelled() async throws {
        let file = try fixture.image("large.raw", size: 1 << 20)
        // Most of it a hole, so that it lasts.
        try await command("truncate", ["-s", "512M", file.string])
        try await fixture.registry.publish(ImageRequest(file: file, name: "web", diskFormat: .raw))
        let log = Log()
        let (registry, target) = (fixture.registry, target)
        let hasBegun = Mutex(false)
        let task = Task {
            try await registry.save("web", to: .resumable(target, onEvent: log.note)) { progress in
                hasBegun.withLock { $0 = progress.completed >= 1 << 20 }
            }
        }
        while !hasBegun.withLock(\.self) { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!FileManager.default.fileExists(atPath: target.string))
        #expect(log.all == [.kept(try part(), bytes: 1 << 20, total: 512 << 20)])
    }

    @Test("a local save goes on where the bytes end", arguments: [1, 65_536, 1_000_001, 1 << 20])
    func local(kept: Int) async throws {
        let request = try fixture.request("web")
        try await fixture.registry.publish(request)
        let log = Log()
        try await plant(kept, of: request.file)
        try await fixture.registry.save("web", to: .resumable(target, onEvent: log.note))
        #expect(try contents(target) == contents(request.file))
        #expect(parts == [])
        guard case .resumed(_, let bytes, let total) = log.all.first else {
            Issue.record("nothing was resumed")
            return
        }
        #expect(log.all.count == 1 && bytes == Int64(kept) && total == 1 << 20)
    }

    /// Leaves so many bytes of a file where a broken save of the image would leave them.
    private func plant(_ count: Int, of file: FilePath, change: Bool = false) async throws {
        var bytes = try contents(file).prefix(count)
        if change { bytes[0] ^= 1 }
        // A save to a full disk makes it, under the name that only the registry knows.
        let registry = fixture.registry
        let target = target
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [root = registry.root.string as String, target = target.string as String] in
            try await LocalRegistry(root: FilePath(root)).save(
                "web",
                to: .resumable(FilePath(target), onEvent: { _ in })
            ) { _ in kill(getpid(), SIGKILL) }
        }
        try bytes.write(to: URL(filePath: try part().string))
    }

    @Test("what is kept but is not the image's is fetched again")
    func wrongBeginning() async throws {
        let request = try fixture.request("web")
        try await fixture.registry.publish(request)
        try await plant(500_000, of: request.file, change: true)
        let log = Log()
        try await fixture.registry.save("web", to: .resumable(target, onEvent: log.note))
        #expect(try contents(target) == contents(request.file))
        #expect(parts == [])
        guard case .restarted = log.all.last else {
            Issue.record("\(log.all)")
            return
        }
    }

    @Test("what is longer than the image is no beginning of it")
    func tooLong() async throws {
        let request = try fixture.request("web")
        try await fixture.registry.publish(request)
        try await plant(0, of: request.file)
        try Data(repeating: 1, count: 2 << 20).write(to: URL(filePath: try part().string))
        let log = Log()
        try await fixture.registry.save("web", to: .resumable(target, onEvent: log.note))
        #expect(try contents(target) == contents(request.file))
        #expect(log.all == [])
    }

    @Test("a damaged blob leaves neither a file nor a part", arguments: [0, 500_000])
    func damaged(kept: Int) async throws {
        let request = try fixture.request("web")
        let image = try await fixture.registry.publish(request)
        if kept > 0 { try await plant(kept, of: request.file) }
        let blob = fixture.blob(image)
        var bytes = try contents(blob)
        bytes[900_000] ^= 1
        try FileManager.default.removeItem(atPath: blob.string)
        try bytes.write(to: URL(filePath: blob.string))
        let error = await #expect(throws: RegistryError.self) {
            try await fixture.registry.save("web", to: .resumable(target, onEvent: { _ in }))
        }
        #expect(error?.code == .corrupt)
        #expect(parts == [] && !fixture.scratch.names.contains("saved.raw"))
    }

    @Test("a part is one image's only")
    func otherImage() async throws {
        let first = try fixture.request("web")
        let image = try await fixture.registry.publish(first)
        try await plant(500_000, of: first.file)
        try await fixture.registry.delete(image.id.description)
        let second = try fixture.request("web", seed: 2)
        try await fixture.registry.publish(second)
        let log = Log()
        try await fixture.registry.save("web", to: .resumable(target, onEvent: log.note))
        #expect(try contents(target) == contents(second.file))
        #expect(log.all == [] && parts.count == 1)
    }

    @Test("two saves of an image to one file do not write into each other")
    func locked() async throws {
        let request = try fixture.request("web")
        try await fixture.registry.publish(request)
        try await plant(1000, of: request.file)
        let held = try FileDescriptor.open(try part(), .readWrite)
        defer { try? held.close() }
        #expect(flock(held.rawValue, LOCK_EX | LOCK_NB) == 0)
        let error = await #expect(throws: RegistryError.self) {
            try await fixture.registry.save("web", to: .resumable(target, onEvent: { _ in }))
        }
        #expect(error?.code == .busy)
        try await fixture.registry.save("web", to: .file(target))
        #expect(try contents(target) == contents(request.file))
    }

    @Test("a link or another's file under the part's name is not written to")
    func planted() async throws {
        let request = try fixture.request("web")
        try await fixture.registry.publish(request)
        try await plant(0, of: request.file)
        let path = try part()
        let victim = try fixture.scratch.write("victim", Data("kept".utf8))
        try FileManager.default.removeItem(atPath: path.string)
        try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: victim.string)
        await #expect(throws: RegistryError.self) {
            try await fixture.registry.save("web", to: .resumable(target, onEvent: { _ in }))
        }
        #expect(try contents(victim) == Data("kept".utf8))
        // Another name of one of this user's own files.
        try FileManager.default.removeItem(atPath: path.string)
        try FileManager.default.linkItem(atPath: victim.string, toPath: path.string)
        let error = await #expect(throws: RegistryError.self) {
            try await fixture.registry.save("web", to: .resumable(target, onEvent: { _ in }))
        }
        #expect(error?.code == .invalid)
        #expect(try contents(victim) == Data("kept".utf8))
    }

    @Test("a hole that is kept stays one")
    func holes() async throws {
        let file = try fixture.image("sparse.raw", size: 1 << 20)
        try await command("truncate", ["-s", "256M", file.string])
        try await fixture.registry.publish(ImageRequest(file: file, name: "web", diskFormat: .raw))
        try await plant(0, of: file)
        let part = try part()
        try await command("cp", [file.string, part.string])
        try await command("truncate", ["-s", "100M", part.string])
        try await fixture.registry.save("web", to: .resumable(target, onEvent: { _ in }))
        #expect(try await command("cmp", [file.string, target.string]) == "")
        let blocks = try await command("stat", ["-c", "%b", target.string]).split(separator: "\n").first
        #expect(try #require(blocks.flatMap { Int($0) }) < 5000)
    }

    @Test(.enabled(if: SmallFileSystem.isPossible, "only root may mount a tmpfs"))
    func aFullDiskKeepsWhatFits() async throws {
        let request = try fixture.request("web")
        try await fixture.registry.publish(request)
        let log = Log()
        let registry = fixture.registry
        try await SmallFileSystem.with("size=600k", in: fixture.scratch) { mount in
            let target = mount.appending("saved.raw")
            let error = await #expect(throws: RegistryError.self) {
                try await registry.save("web", to: .resumable(target, onEvent: log.note))
            }
            #expect(error?.code == .noSpace)
            guard case .kept(let part, let bytes, _) = log.all.first else {
                Issue.record("\(log.all)")
                return
            }
            #expect(bytes > 0 && part.removingLastComponent() == mount)
            try await command("mount", ["-o", "remount,size=4m", mount.string])
            try await registry.save("web", to: .resumable(target, onEvent: log.note))
            #expect(try contents(target) == contents(request.file))
            #expect(try FileManager.default.contentsOfDirectory(atPath: mount.string) == ["saved.raw"])
        }
    }

    // MARK: - A Glance

    /// Saves from a fake whose n-th GET of the data is answered with the n-th answer; the image is one of the text's bytes.
    private func save(
        _ text: String,
        status: String = "active",
        to target: SaveTarget,
        _ answer: @escaping @Sendable (HTTPHeaders, Int) -> FakeCloud.Answer
    ) async throws -> (error: RegistryError?, ranges: [String?]) {
        let digests = try await FileDigester.digest(try fixture.scratch.write("digested", Data(text.utf8)))
        try FileManager.default.removeItem(atPath: fixture.scratch.appending("digested").string)
        let more = #", "os_hash_algo": "sha512", "os_hash_value": "\#(digests.sha512)""#
        return try await withFakeCloud({ request, count in
            guard request.target.hasSuffix("/file") else {
                var answer = FakeRoutes.image(status, size: text.utf8.count, more: more)
                answer.body = answer.body.replacing(#""abc""#, with: #""\#(digests.md5)""#)
                return answer
            }
            return answer(request.headers, count)
        }) { fake in
            let registry = try GlanceRegistry(FakeRoutes.open(fake), environment: [:])
            var error: RegistryError?
            do {
                try await registry.save(FakeRoutes.id, to: target)
            } catch let thrown as RegistryError {
                error = thrown
            }
            await registry.close()
            return (
                error,
                fake.requests.filter { $0.target.hasSuffix("/file") }.map { $0.headers.first(name: "range") }
            )
        }
    }

    private static let text = String(repeating: "0123456789", count: 100_000)

    private static func data(_ headers: HTTPHeaders, truncated: Int? = nil) -> FakeCloud.Answer {
        let type = ("content-type", "application/octet-stream")
        guard let first = headers.first(name: "range").flatMap({ Int($0.dropFirst(6).dropLast()) }) else {
            return .init(headers: [type], body: text, truncated: truncated)
        }
        let range = ("content-range", "bytes \(first)-\(text.utf8.count - 1)/\(text.utf8.count)")
        return .init(status: 206, headers: [type, range], body: String(text.dropFirst(first)), truncated: truncated)
    }

    private static let gone = FakeCloud.Answer.json(403, #"{"message": "no longer"}"#)

    @Test("a download that ended with its run is gone on with by the next one")
    func glance() async throws {
        let log = Log()
        let target = SaveTarget.resumable(target, onEvent: log.note)
        let broken = try await save(Self.text, to: target) { headers, count in
            count == 0 ? Self.data(headers, truncated: 300_000) : Self.gone
        }
        #expect(broken.error?.code == .forbidden)
        guard case .kept(_, let bytes, let total) = log.all.last else {
            Issue.record("\(log.all)")
            return
        }
        #expect(bytes > 0 && bytes <= 300_000 && total == 1_000_000)
        #expect(!FileManager.default.fileExists(atPath: self.target.string))
        let second = try await save(Self.text, to: target) { headers, _ in Self.data(headers) }
        #expect(second.error == nil)
        #expect(second.ranges == ["bytes=\(bytes)-"])
        #expect(try contents(self.target) == Data(Self.text.utf8))
        #expect(parts == [])
    }

    @Test("a part that is not the image's beginning is fetched again, once")
    func glanceRestart() async throws {
        let log = Log()
        let target = SaveTarget.resumable(target, onEvent: log.note)
        _ = try await save(Self.text, to: target) { headers, count in
            count == 0 ? Self.data(headers, truncated: 300_000) : Self.gone
        }
        let part = try part()
        try Data(repeating: 0, count: 1000).write(to: URL(filePath: part.string))
        let second = try await save(Self.text, to: target) { headers, _ in Self.data(headers) }
        #expect(second.error == nil && second.ranges == ["bytes=1000-", nil])
        #expect(log.all.contains(.restarted(part)))
        #expect(try contents(self.target) == Data(Self.text.utf8))
        #expect(parts == [])
    }

    @Test("a store without ranges is read from its start, and nothing is written twice")
    func noRanges() async throws {
        let target = SaveTarget.resumable(target, onEvent: { _ in })
        _ = try await save(Self.text, to: target) { headers, count in
            count == 0 ? Self.data(headers, truncated: 300_000) : Self.gone
        }
        let second = try await save(Self.text, to: target) { headers, count in
            headers.contains(name: "range") ? .json(400, #"{"message": "no ranges"}"#) : Self.data(headers)
        }
        #expect(second.error == nil && second.ranges.count == 2)
        #expect(try contents(self.target) == Data(Self.text.utf8))
    }

    @Test("bytes that are not the image's leave nothing, and are not fetched for ever")
    func lies() async throws {
        let wrong = try await save(Self.text, to: .resumable(target, onEvent: { _ in })) { headers, _ in
            var answer = Self.data(headers)
            answer.body = "x" + answer.body.dropFirst()
            return answer
        }
        #expect(wrong.error?.code == .corrupt && wrong.ranges == [nil])
        #expect(fixture.scratch.names == [])
    }

    @Test("a deactivated image is refused before a file is made", arguments: [false, true])
    func deactivated(isResumable: Bool) async throws {
        let directory = fixture.scratch.path
        let seen = Mutex<[String]>([])
        let to: SaveTarget = isResumable ? .resumable(target, onEvent: { _ in }) : .file(target)
        let result = try await save(Self.text, status: "deactivated", to: to) { _, _ in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? ["?"]
            seen.withLock { $0 += names }
            return .json(
                403,
                #"{"message": "The requested image has been deactivated. Image data download is forbidden."}"#
            )
        }
        #expect(result.error?.code == .forbidden)
        #expect(seen.withLock(\.self) == [] && fixture.scratch.names == [])
    }

    @Test("a directory, and a place where nothing may be made, are refused before anything is asked for")
    func places() async throws {
        for path in [fixture.scratch.path, fixture.scratch.appending("none/file")] {
            let result = try await save(Self.text, to: .file(path)) { headers, _ in Self.data(headers) }
            #expect(result.error != nil && result.ranges == [])
        }
    }
}
