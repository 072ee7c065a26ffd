import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import DiskImages

@Suite struct FileTransferTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    private func status(_ path: FilePath) throws -> FileStatus {
        try #require(try FileIO.status(at: path))
    }

    @Test func linksWhereItMay() async throws {
        let source = try scratch.write("source", noise(100_000))
        let target = scratch.appending("target")
        let method = try await FileTransfer.place(
            source,
            at: target,
            methods: [.hardLink, .copy],
            permissions: [.ownerRead, .groupRead, .otherRead]
        )
        #expect(method == .hardLink)
        #expect(try status(source).isSameFile(as: status(target)))
        #expect(try status(target).permissions == 0o444)
        #expect(scratch.names == ["source", "target"])
    }

    @Test func linkingAFileOverItselfLeavesNothingBehind() async throws {
        let source = try scratch.write("source", noise(1000))
        let target = scratch.appending("target")
        for _ in 0..<2 {
            #expect(try await FileTransfer.place(source, at: target, methods: [.hardLink]) == .hardLink)
        }
        #expect(scratch.names == ["source", "target"])
    }

    @Test func copiesWithItsHoles() async throws {
        let source = scratch.appending("source")
        try await command("truncate", ["-s", "64M", source.string])
        for position in [0, 300, 1023] {
            try await command(
                "dd",
                [
                    "if=/dev/urandom", "of=\(source)", "bs=64k", "seek=\(position)", "count=1", "conv=notrunc",
                    "status=none",
                ]
            )
        }
        let target = scratch.appending("target")
        #expect(try await FileTransfer.place(source, at: target, methods: [.copy]) == .copy)
        try await command("cmp", [source.string, target.string])
        #expect(try status(target).size == 64 << 20)
        #expect(try status(target).allocated < 4 << 20)
        #expect(try !status(source).isSameFile(as: status(target)))
    }

    @Test func replacesInOneStep() async throws {
        let source = try scratch.write("source", Data("new".utf8))
        let target = try scratch.write("target", Data("old and longer".utf8))
        try await FileTransfer.place(source, at: target)
        #expect(try contents(target) == Data("new".utf8))
        #expect(scratch.names == ["source", "target"])
    }

    @Test func linkAcrossFileSystemsBecomesACopy() async throws {
        let other = FilePath("/dev/shm/imagebake-tests-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: other.string) }
        let source = try scratch.write("source", noise(5000))
        #expect(try await FileTransfer.place(source, at: other, methods: [.hardLink, .reflink, .copy]) == .copy)
        #expect(try contents(other) == contents(source))
    }

    @Test func refusesWhatItCannotPlace() async throws {
        let source = try scratch.write("source", noise(10))
        var error = await #expect(throws: DiskImageError.self) {
            try await FileTransfer.place(source, at: scratch.path)
        }
        #expect(error?.code == .invalid)
        error = await #expect(throws: DiskImageError.self) {
            try await FileTransfer.place(scratch.appending("nothing"), at: scratch.appending("target"))
        }
        #expect(error?.code == .notFound)
        error = await #expect(throws: DiskImageError.self) {
            try await FileTransfer.place(source, at: scratch.appending("no").appending("target"))
        }
        #expect(error?.code == .notFound)
        #expect(scratch.names == ["source"])
    }

    @Test(.enabled(if: SmallFileSystem.isPossible, "only root may mount a tmpfs"))
    func aFullDiskIsNamedAndLeftAsItWas() async throws {
        let source = try scratch.write("source", noise(3 << 20))
        try await SmallFileSystem.with("size=1m", in: scratch) { mount in
            let target = mount.appending("target")
            let error = await #expect(throws: DiskImageError.self) {
                try await FileTransfer.place(source, at: target)
            }
            #expect(error?.code == .noSpace)
            #expect(error?.message.contains(target.string) == true)
            #expect(error?.message.contains("no space left") == true)
            let left = try FileIO.names(in: mount)
            #expect(left == [])
        }
    }

    @Test func cancellationLeavesNothing() async throws {
        let source = scratch.appending("source")
        try await command("truncate", ["-s", "1T", source.string])
        try await command("dd", ["if=/dev/zero", "of=\(source)", "bs=1M", "count=1", "conv=notrunc", "status=none"])
        let target = scratch.appending("target")
        let task = Task { try await FileTransfer.place(source, at: target, methods: [.copy]) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(scratch.names == ["source"])
    }

    @Test func sweepsOnlyWhatNobodyHolds() throws {
        let directory = scratch.path
        let alive = try PartialFile.create(in: directory, for: "alive")
        let dead = try scratch.write(".dead.qcow2.1a2b\(PartialFile.suffix)", noise(10))
        try scratch.write("other", noise(10))
        try scratch.write(".hidden", noise(10))
        #expect(try FileTransfer.sweepPartials(in: directory) == [dead])
        #expect(scratch.names.count == 3)
        alive.discard()
        #expect(scratch.names == [".hidden", "other"])
        #expect(try FileTransfer.sweepPartials(in: scratch.appending("nothing")).isEmpty)
    }

    @Test func aLongNameStillFits() throws {
        let name = String(repeating: "ü", count: 127)
        let partial = try PartialFile.create(in: scratch.path, for: name)
        try partial.commit(to: scratch.appending(name))
        #expect(scratch.names == [name])
    }
}
