import Foundation
import SystemPackage

/// A part of a disk, as of its first byte: a partition's place, for example.
public struct DiskRegion: Sendable, Hashable, Codable {
    /// Where it begins, in bytes; whole sectors of 512.
    public var offset: Int64

    /// Its length in bytes; whole sectors of 512.
    public var length: Int64

    /// Creates a region from its place.
    public init(offset: Int64, length: Int64) {
        self.offset = offset
        self.length = length
    }
}

extension DiskRegion {
    /// The region of an image as qemu-img takes it in the place of a file's name: QEMU's driver `raw` with an offset and a size
    /// (qemu/docs/system/qemu-block-drivers), as a description in JSON, in which no character of a path means anything.
    func description(in image: FilePath, format: DiskFormat) throws(DiskImageError) -> String {
        guard offset >= 0, length > 0, offset % 512 == 0, length % 512 == 0 else {
            throw DiskImageError(
                .invalid,
                path: image,
                "bytes \(offset) to \(offset + length) of \(image) are no sectors"
            )
        }
        struct File: Encodable {
            var driver = "file"
            let filename: String
        }
        struct Disk: Encodable {
            let driver: String
            let file: File
        }
        struct Part<Whole: Encodable>: Encodable {
            var driver = "raw"
            let offset: Int64
            let size: Int64
            let file: Whole
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let file = File(filename: image.string)
        let data: Data?
        switch format {
        case .raw: data = try? encoder.encode(Part(offset: offset, size: length, file: file))
        case .qcow2:
            let disk = Disk(driver: format.rawValue, file: file)
            data = try? encoder.encode(Part(offset: offset, size: length, file: disk))
        }
        guard let data else { throw DiskImageError(.invalid, path: image, "\(image) cannot be said in JSON") }
        return "json:" + String(decoding: data, as: UTF8.self)
    }
}
