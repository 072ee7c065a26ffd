public import SystemPackage

/// The fields of a qcow2 header on which imagebake decides; docs/interop/qcow2.txt of QEMU.
public struct Qcow2Header: Sendable, Hashable {
    /// 2 or 3 in every image of this century.
    public let version: UInt32

    /// The size of the disk inside, in bytes.
    public let virtualSize: Int64

    /// The backing file as the header names it, nil where there is none.
    public let backingFile: FilePath?

    /// The format that the header states for the backing file, nil where it states none.
    public let backingFormat: String?

    /// 0 none, 1 AES, 2 LUKS.
    public let encryptionMethod: UInt32

    /// The number of internal snapshots.
    public let snapshotCount: UInt32

    /// The features that a reader must know; 0 in version 2.
    public let incompatibleFeatures: UInt64

    /// 0 deflate, 1 zstd: of those clusters that are compressed.
    public let compressionType: UInt8

    /// Whether the reference counts may be out of date, after a crash of the writer.
    public var isDirty: Bool { incompatibleFeatures & 0x01 != 0 }

    /// Whether QEMU found the metadata damaged.
    public var isCorrupt: Bool { incompatibleFeatures & 0x02 != 0 }

    /// Whether the guest's bytes lie in another file.
    public var hasDataFile: Bool { incompatibleFeatures & 0x04 != 0 }

    /// Reads the header from the first bytes of a file; nil where they are not a whole qcow2 header.
    init?(_ bytes: [UInt8]) {
        guard
            bytes.starts(with: [0x51, 0x46, 0x49, 0xfb]),
            let version = bytes.big(4, as: UInt32.self),
            let backingOffset = bytes.big(8, as: UInt64.self),
            let backingSize = bytes.big(16, as: UInt32.self),
            let size = bytes.big(24, as: UInt64.self),
            let virtualSize = Int64(exactly: size),
            let encryptionMethod = bytes.big(32, as: UInt32.self),
            let snapshotCount = bytes.big(60, as: UInt32.self),
            bytes.count >= 72
        else { return nil }
        self.version = version
        self.virtualSize = virtualSize
        self.encryptionMethod = encryptionMethod
        self.snapshotCount = snapshotCount

        var headerLength = 72
        var features: UInt64 = 0
        var compressionType: UInt8 = 0
        if version >= 3 {
            guard
                let stated = bytes.big(72, as: UInt64.self),
                let length = bytes.big(100, as: UInt32.self), length >= 104
            else { return nil }
            features = stated
            headerLength = Int(length)
            if length > 104, bytes.count > 104 { compressionType = bytes[104] }
        }
        incompatibleFeatures = features
        self.compressionType = compressionType

        if backingOffset == 0 {
            backingFile = nil
        } else {
            let end = backingOffset.addingReportingOverflow(UInt64(backingSize))
            guard !end.overflow, backingSize > 0, end.partialValue <= UInt64(bytes.count) else { return nil }
            backingFile = FilePath(
                String(decoding: bytes[Int(backingOffset)..<Int(end.partialValue)], as: UTF8.self)
            )
        }

        // The header's extensions: type, length, data padded to 8 bytes, until a type of 0.
        var format: String?
        var offset = headerLength
        while let type = bytes.big(offset, as: UInt32.self), type != 0,
            let length = bytes.big(offset + 4, as: UInt32.self), offset + 8 + Int(length) <= bytes.count
        {
            if type == 0xe279_2aca {
                format = String(decoding: bytes[offset + 8..<offset + 8 + Int(length)], as: UTF8.self)
            }
            offset += 8 + (Int(length) + 7) / 8 * 8
        }
        backingFormat = format
    }
}
