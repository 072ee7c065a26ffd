import DiskImages
import Foundation
import SystemPackage
import TestSupport
import Testing

/// A part of a disk as a file of its own.
@Suite struct DiskRegionTests {
    @Test("a part of an overlay becomes a sparse raw file, and is the same as that part of a flat image")
    func convert() async throws {
        // A comma and a quote mean something to qemu-img, and nothing in a description.
        let directory = try Scratch()
        let tool = try QemuImg.find()
        try FileManager.default.createDirectory(
            atPath: directory.appending("a, \"b\"").string,
            withIntermediateDirectories: false
        )
        let bytes = noise(1 << 20)
        let raw = directory.appending("disk.raw")
        try await tool.create(raw, format: .raw, size: 64 << 20)
        let file = try FileDescriptor.open(raw, .writeOnly)
        try file.closeAfter { _ = try file.writeAll(toAbsoluteOffset: 8 << 20, bytes) }
        let base = directory.appending("a, \"b\"/base.qcow2")
        try await tool.convert(raw, format: .raw, to: base, output: .qcow2(.zstd))
        let overlay = directory.appending("a, \"b\"/overlay.qcow2")
        try await tool.createOverlay(overlay, backing: base, backingFormat: .qcow2)

        let region = DiskRegion(offset: 7 << 20, length: 32 << 20)
        let part = directory.appending("part.ami")
        let info = try await tool.convert(
            overlay,
            format: .qcow2,
            backing: .trusted,
            region: region,
            to: part,
            output: .raw
        )
        #expect(info.virtualSize == 32 << 20 && info.actualSize < 2 << 20)
        let content = try contents(part)
        #expect(content.count == 32 << 20 && content[(1 << 20)..<(2 << 20)] == bytes)
        for (image, format) in [(raw, DiskFormat.raw), (base, .qcow2)] {
            #expect(try await tool.compare(image, format: format, region: region, part, format: .raw))
            let other = DiskRegion(offset: 6 << 20, length: 32 << 20)
            #expect(try await !tool.compare(image, format: format, region: other, part, format: .raw))
        }
        // Beyond the end, and no sectors.
        for wrong in [DiskRegion(offset: 60 << 20, length: 8 << 20), DiskRegion(offset: 1, length: 512)] {
            await #expect(throws: DiskImageError.self) {
                try await tool.convert(base, format: .qcow2, region: wrong, to: part, output: .raw)
            }
        }
        #expect(try contents(part) == content)
    }
}
