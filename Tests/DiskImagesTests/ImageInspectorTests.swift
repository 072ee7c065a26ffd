import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import DiskImages

@Suite struct ImageInspectorTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    private func make(_ name: String, _ options: [String] = []) async throws -> FilePath {
        let path = scratch.appending(name)
        try await command("qemu-img", ["create", "-q", "-f", "qcow2"] + options + [path.string, "10M"])
        return path
    }

    private func refusal(_ path: FilePath, _ declared: DiskFormat = .qcow2) -> DiskImageError? {
        #expect(throws: DiskImageError.self) { try ImageInspector.requireSafe(path, declared: declared) }
    }

    @Test func readsAQcow2Header() async throws {
        let header = try ImageInspector.requireSafe(try await make("a"), declared: .qcow2)
        #expect(header.format == .qcow2)
        #expect(header.virtualSize == 10 << 20)
        #expect(header.qcow2?.version == 3)
        let zstd = try ImageInspector.requireSafe(
            try await make("b", ["-o", "compression_type=zstd"]),
            declared: .qcow2
        )
        #expect(zstd.qcow2?.compressionType == 1)
        let old = try ImageInspector.requireSafe(try await make("c", ["-o", "compat=0.10"]), declared: .qcow2)
        #expect(old.qcow2?.version == 2)
    }

    @Test func refusesABackingFile() async throws {
        _ = try await make("base")
        let path = try await make("overlay", ["-F", "qcow2", "-b", scratch.appending("base").string])
        let error = refusal(path)
        #expect(error?.code == .unsafe)
        #expect(error?.message.contains("has a backing file") == true)
        let header = try ImageInspector.inspect(path)
        #expect(header.qcow2?.backingFile == scratch.appending("base"))
        #expect(header.qcow2?.backingFormat == "qcow2")
    }

    @Test func refusesAnExternalDataFile() async throws {
        let path = try await make("a", ["-o", "data_file=\(scratch.appending("data")),data_file_raw=on"])
        #expect(refusal(path)?.code == .unsafe)
    }

    @Test func refusesExtendedL2Entries() async throws {
        let path = try await make("a", ["-o", "extended_l2=on,cluster_size=128k"])
        #expect(refusal(path)?.message.contains("extended L2") == true)
    }

    @Test func refusesInternalSnapshots() async throws {
        let path = try await make("a")
        try await command("qemu-img", ["snapshot", "-c", "one", path.string])
        #expect(refusal(path)?.message.contains("snapshots") == true)
    }

    @Test(arguments: [
        (0x4f, UInt8(0x01), DiskImageError.Code.corrupt), (0x4f, 0x02, .corrupt), (0x4f, 0x20, .unsafe),
        (0x48, 0x80, .unsafe), (0x07, 0x01, .unsafe), (0x23, 0x02, .unsafe),
    ])
    func refusesAHeaderByItsBits(offset: Int, value: UInt8, code: DiskImageError.Code) async throws {
        let path = try await make("a")
        var bytes = try contents(path)
        bytes[offset] = value
        try scratch.write("a", bytes)
        #expect(refusal(path)?.code == code)
    }

    @Test func refusesATruncatedHeader() throws {
        #expect(refusal(try scratch.write("a", Data([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3])))?.code == .corrupt)
    }

    @Test func refusesABackingNameOutsideTheHeader() async throws {
        let path = try await make("a")
        var bytes = try contents(path)
        bytes.replaceSubrange(8..<20, with: Data([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 4, 0]))
        try scratch.write("a", bytes)
        #expect(refusal(path)?.code == .corrupt)
    }

    @Test func refusesAnotherFormat() async throws {
        let qcow2 = try await make("a")
        let error = refusal(qcow2, .raw)
        #expect(error?.code == .mismatch)
        #expect(error?.message.contains("is declared as raw but is qcow2") == true)
        #expect(refusal(try scratch.write("raw", noise(70_000)))?.code == .mismatch)
        #expect(refusal(try scratch.write("empty", Data()), .raw)?.code == .invalid)
    }

    @Test(arguments: [
        ("vmdk", DetectedFormat.vmdk), ("vdi", .vdi), ("vhdx", .vhdx), ("vpc", .vhd), ("qed", .qed), ("raw", .raw),
        ("qcow2", .qcow2),
    ])
    func knowsTheFormats(name: String, format: DetectedFormat) async throws {
        let path = scratch.appending("image")
        try await command("qemu-img", ["create", "-q", "-f", name, path.string, "10M"])
        #expect(try ImageInspector.inspect(path).format == format)
    }
}
