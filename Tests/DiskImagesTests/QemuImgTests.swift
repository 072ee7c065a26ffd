import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import DiskImages

@Suite struct QemuImgTests {
    private let scratch: Scratch
    private let qemuImg: QemuImg

    init() throws {
        scratch = try Scratch()
        qemuImg = try QemuImg.find()
    }

    @Test func aMissingProgramNamesItsPackage() {
        let error = #expect(throws: DiskImageError.self) { try QemuImg.find(searchPath: scratch.path.string) }
        #expect(error?.code == .toolMissing)
        #expect(error?.message.contains("qemu-utils") == true)
    }

    @Test func aProgramThatVanishedNamesItsPackage() async {
        let gone = QemuImg(executable: scratch.appending("qemu-img"))
        let error = await #expect(throws: DiskImageError.self) { try await gone.version() }
        #expect(error?.code == .toolMissing)
    }

    @Test func tellsItsVersion() async throws {
        let version = try await qemuImg.version()
        #expect(version.first?.isNumber == true)
        #expect(!version.contains("\n"))
    }

    @Test func createsAndInspects() async throws {
        let path = scratch.appending("disk.qcow2")
        try await qemuImg.create(path, size: 1 << 30)
        let info = try await qemuImg.info(path, format: .qcow2)
        #expect(info.format == .qcow2)
        #expect(info.virtualSize == 1 << 30)
        #expect(info.actualSize < 1 << 20)
        #expect(info.backingFile == nil)
        #expect(!info.isDirty && !info.isCorrupt && !info.isEncrypted)
        #expect(try await qemuImg.check(path).isClean)
        let error = await #expect(throws: DiskImageError.self) { try await qemuImg.create(path, size: 1 << 20) }
        #expect(error?.code == .exists)
        #expect(scratch.names == ["disk.qcow2"])
    }

    @Test func overlaysByAbsolutePathAndFormat() async throws {
        let base = scratch.appending("base:1,2.qcow2")
        let overlay = scratch.appending("-o.qcow2")
        try await qemuImg.create(base, size: 8 << 20)
        try await qemuImg.createOverlay(overlay, backing: base, backingFormat: .qcow2)
        let info = try await qemuImg.info(overlay, format: .qcow2)
        #expect(info.backingFile == base)
        #expect(info.backingFormat == "qcow2")
        #expect(info.virtualSize == 8 << 20)
        let error = await #expect(throws: DiskImageError.self) {
            try await qemuImg.createOverlay(
                scratch.appending("x"),
                backing: scratch.appending("nothing"),
                backingFormat: .raw
            )
        }
        #expect(error?.code == .notFound)
    }

    @Test func findsADamagedImage() async throws {
        let path = scratch.appending("disk.qcow2")
        try await qemuImg.create(path, size: 64 << 20)
        let junk = try scratch.write("junk", noise(1 << 20))
        try await command("qemu-io", ["-f", "qcow2", "-c", "write -P 1 0 4M", path.string])
        // The table of reference counts, zeroed: every cluster is then in use without a count.
        try await command(
            "dd",
            ["if=/dev/zero", "of=\(path)", "bs=64k", "seek=2", "count=1", "conv=notrunc", "status=none"]
        )
        let check = try await qemuImg.check(path)
        #expect(check.corruptions > 0)
        #expect(!check.isClean)
        let error = await #expect(throws: DiskImageError.self) { try await qemuImg.info(junk, format: .qcow2) }
        #expect(error?.code == .toolFailed)
        #expect(error?.message.contains("not in qcow2 format") == true)
    }

    @Test(arguments: [
        (ImageOutput.qcow2(.zstd), Qcow2Compression?.some(.zstd)), (.qcow2(.zlib), .zlib), (.qcow2(.none), .zlib),
        (.raw, Qcow2Compression?.none),
    ])
    func convertsAndFlattens(output: ImageOutput, compression: Qcow2Compression?) async throws {
        let data = noise(2 << 20) + Data(repeating: 7, count: 2 << 20) + Data(count: 4 << 20)
        let base = try scratch.write("base.raw", data)
        let overlay = scratch.appending("overlay.qcow2")
        try await qemuImg.createOverlay(overlay, backing: base, backingFormat: .raw)
        try await command("qemu-io", ["-f", "qcow2", "-c", "write -P 9 4M 1M", overlay.string])
        var expected = data
        expected.replaceSubrange((4 << 20)..<(5 << 20), with: Data(repeating: 9, count: 1 << 20))

        let result = scratch.appending("result")
        let seen = Mutex<[TransferProgress]>([])
        let info = try await qemuImg.convert(
            overlay,
            format: .qcow2,
            backing: .trusted,
            to: result,
            output: output
        ) { progress in seen.withLock { $0.append(progress) } }
        #expect(info.format == output.format)
        #expect(info.virtualSize == 8 << 20)
        #expect(info.backingFile == nil)
        #expect(info.compression == compression)
        #expect(seen.withLock { $0.last?.fraction } == 1)

        let flat = scratch.appending("flat")
        try await command(
            "qemu-img",
            ["convert", "-f", output.format.rawValue, "-O", "raw", result.string, flat.string]
        )
        #expect(try contents(flat) == expected)
        #expect(scratch.names == ["base.raw", "flat", "overlay.qcow2", "result"])
    }

    @Test func compressionShrinks() async throws {
        let source = try scratch.write("disk.raw", Data(repeating: 7, count: 32 << 20))
        var sizes: [String: Int] = [:]
        for compression in Qcow2Compression.allCases {
            let result = scratch.appending(compression.rawValue)
            try await qemuImg.convert(source, format: .raw, to: result, output: .qcow2(compression))
            sizes[compression.rawValue] = try contents(result).count
        }
        // Headers and tables take five clusters of 256 KiB or more.
        #expect(try #require(sizes["zstd"]) < 2 << 20)
        #expect(try #require(sizes["zlib"]) < 2 << 20)
        #expect(try #require(sizes["none"]) > 32 << 20)
    }

    @Test func refusesAnOverlayThatNobodyVouchesFor() async throws {
        let base = scratch.appending("base")
        try await qemuImg.create(base, size: 1 << 20)
        let overlay = scratch.appending("overlay")
        try await qemuImg.createOverlay(overlay, backing: base, backingFormat: .qcow2)
        let error = await #expect(throws: DiskImageError.self) {
            try await qemuImg.convert(overlay, format: .qcow2, to: scratch.appending("result"), output: .raw)
        }
        #expect(error?.code == .unsafe)
        #expect(scratch.names == ["base", "overlay"])
    }

    @Test(arguments: [("raw", "nbd:127.0.0.1:1"), ("raw", "json:{}"), ("vmdk", "base")])
    func refusesABackingFileThatIsNoPlainImage(format: String, name: String) async throws {
        let overlay = scratch.appending("overlay")
        try await command(
            "qemu-img",
            ["create", "-q", "-u", "-f", "qcow2", "-F", format, "-b", name, overlay.string, "1M"]
        )
        try await refusesToFlatten(overlay)
    }

    @Test func neverProbesABackingFile() async throws {
        let overlay = scratch.appending("overlay")
        try await command(
            "qemu-img",
            ["create", "-q", "-u", "-f", "qcow2", "-F", "raw", "-b", "base", overlay.string, "1M"]
        )
        // Makes the extension that states the format one that nobody knows.
        var bytes = try contents(overlay)
        let type = try #require(bytes.range(of: Data([0xe2, 0x79, 0x2a, 0xca])))
        bytes.replaceSubrange(type, with: Data([0x12, 0x34, 0x56, 0x78]))
        try scratch.write("overlay", bytes)
        try scratch.write("base", noise(1 << 20))
        try await refusesToFlatten(overlay)
    }

    private func refusesToFlatten(_ overlay: FilePath) async throws {
        let header = try ImageInspector.inspect(overlay)
        try #require(header.qcow2?.backingFile != nil)
        let error = await #expect(throws: DiskImageError.self) {
            try await qemuImg.convert(
                overlay,
                format: .qcow2,
                backing: .trusted,
                to: scratch.appending("result"),
                output: .raw
            )
        }
        #expect(error?.code == .unsafe)
        #expect(!scratch.names.contains("result"))
    }

    @Test func aRawDiskIsNeverTakenForItsContents() async throws {
        // What a hostile guest leaves at the start of its raw disk: the header of an overlay on a file of the host.
        let hostile = scratch.appending("disk.raw")
        try await command(
            "qemu-img",
            ["create", "-q", "-u", "-f", "qcow2", "-F", "raw", "-b", "/etc/hostname", hostile.string, "1M"]
        )
        let before = try contents(hostile)
        let result = scratch.appending("result")
        try await qemuImg.convert(hostile, format: .raw, to: result, output: .qcow2(.zstd))
        let flat = scratch.appending("flat")
        try await command("qemu-img", ["convert", "-f", "qcow2", "-O", "raw", result.string, flat.string])
        #expect(try contents(flat).prefix(before.count) == before)
    }

    @Test(
        .enabled(if: SmallFileSystem.isPossible, "only root may mount a tmpfs"),
        arguments: [
            ImageOutput.raw, .qcow2(.zstd), .qcow2(.none),
        ]
    )
    func aFullDiskIsNamedAndLeftAsItWas(output: ImageOutput) async throws {
        let source = try scratch.write("disk.raw", noise(4 << 20))
        try await SmallFileSystem.with("size=1m", in: scratch) { mount in
            let target = mount.appending("image")
            let error = await #expect(throws: DiskImageError.self) {
                try await qemuImg.convert(source, format: .raw, to: target, output: output)
            }
            #expect(error?.code == .noSpace)
            #expect(error?.message.contains(target.string) == true)
            let left = try FileIO.names(in: mount)
            #expect(left == [])
        }
    }

    @Test func refusesToReplaceWhatItReads() async throws {
        let base = try scratch.write("base", noise(1 << 20))
        let overlay = scratch.appending("overlay")
        try await qemuImg.createOverlay(overlay, backing: base, backingFormat: .raw)
        for destination in [base, overlay] {
            let error = await #expect(throws: DiskImageError.self) {
                try await qemuImg.convert(overlay, format: .qcow2, backing: .trusted, to: destination, output: .raw)
            }
            #expect(error?.code == .invalid)
        }
        #expect(try contents(base) == noise(1 << 20))
        #expect(scratch.names == ["base", "overlay"])
    }

    @Test func cancellationStopsTheChildAndRemovesTheFile() async throws {
        let source = scratch.appending("disk.raw")
        try await command("dd", ["if=/dev/urandom", "of=\(source)", "bs=1M", "count=256", "status=none"])
        let result = scratch.appending("result")
        let qemuImg = qemuImg
        let seen = Mutex<TransferProgress?>(nil)
        let task = Task {
            try await qemuImg.convert(source, format: .raw, to: result, output: .qcow2(.zlib)) { progress in
                seen.withLock { $0 = progress }
            }
        }
        // Wait until the child has got somewhere, so that there is something to stop.
        while (seen.withLock { $0?.completed } ?? 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
        let progress = try #require(seen.withLock { $0 })
        #expect((0..<1).contains(progress.fraction))
        #expect(progress.total >= 256 << 20)
        let partial = scratch.names.first { $0.hasSuffix(PartialFile.suffix) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(scratch.names == ["disk.raw"])
        let processes = try await command(
            "sh",
            ["-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"],
            accepted: [0, 1]
        )
        #expect(!processes.contains(try #require(partial)))
    }

    @Test(arguments: [
        ("    (0.00/100%)", Double?.some(0)), ("    (12.34/100%)", 0.1234), ("(100.00/100%)", 1), ("", nil),
        ("    ", nil),
        ("(abc/100%)", nil), ("(12.34/200%)", nil), ("(912.34/100%)", nil),
    ])
    func readsProgress(line: String, share: Double?) throws {
        let parsed = QemuImg.parseProgress(line)
        if let share {
            #expect(abs(try #require(parsed) - share) < 1e-9)
        } else {
            #expect(parsed == nil)
        }
    }
}
