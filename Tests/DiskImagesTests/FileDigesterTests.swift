import DiskImages
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct FileDigesterTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    @Test(arguments: [0, 1, 65_535, 1 << 20, (3 << 20) + 17])
    func agreesWithCoreutils(size: Int) async throws {
        let file = try scratch.write("data", noise(size))
        let digests = try await FileDigester.digest(file)
        #expect(digests.size == Int64(size))
        let tools = [("sha256sum", digests.sha256), ("sha512sum", digests.sha512), ("md5sum", digests.md5)]
        for (tool, digest) in tools {
            #expect(try await command(tool, [file.string]).hasPrefix(digest + " "))
        }
    }

    @Test func readsHolesAsZeros() async throws {
        let file = scratch.appending("sparse")
        try await command("truncate", ["-s", "20M", file.string])
        try await command(
            "dd",
            ["if=/dev/urandom", "of=\(file)", "bs=64k", "seek=100", "count=3", "conv=notrunc", "status=none"]
        )
        let digests = try await FileDigester.digest(file)
        #expect(try await command("sha256sum", [file.string]).hasPrefix(digests.sha256))
        #expect(try await command("md5sum", [file.string]).hasPrefix(digests.md5))
        #expect(digests.size == 20 << 20)
    }

    @Test func reportsProgressUpToTheEnd() async throws {
        let file = try scratch.write("data", noise(5 << 20))
        let seen = Mutex<[TransferProgress]>([])
        _ = try await FileDigester.digest(file) { progress in seen.withLock { $0.append(progress) } }
        let values = seen.withLock { $0 }
        #expect(values.last == TransferProgress(completed: 5 << 20, total: 5 << 20))
        #expect(values.map(\.completed) == values.map(\.completed).sorted())
    }

    @Test func refusesWhatIsNoRegularFile() async throws {
        for path in [scratch.path, "/dev/null"] {
            let error = await #expect(throws: DiskImageError.self) { try await FileDigester.digest(path) }
            #expect(error?.code == .invalid)
        }
        let error = await #expect(throws: DiskImageError.self) {
            try await FileDigester.digest(scratch.appending("nothing"))
        }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("nothing") == true)
    }

    @Test func stopsWhenItsTaskIsCancelled() async throws {
        let file = scratch.appending("large")
        try await command("truncate", ["-s", "1T", file.string])
        let task = Task { try await FileDigester.digest(file) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
