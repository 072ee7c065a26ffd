/// Hyper-V's second format: `VHDXInspector` of oslo.utils, which reads the size where it finds it and checks nothing.
///
/// Everything is little-endian (Microsoft, [MS-VHDX]).
enum VHDXInspector: FormatInspector {
    static let format = ContentFormat.vhdx

    private static let regionTable: Int64 = 192 * 1024
    private static let tableSize = 64 * 1024
    // Both tables hold at most 2047 entries of 32 bytes.
    private static let entrySize = 32
    private static let mostEntries = 2047
    /// The GUIDs 8B7CA206-4790-4B9A-B8FE-575F050F886E, 2FA54224-CD1B-4876-B211-5DBED83BF4B8 and CAA16737-FA36-4D43-B3B6-33F0AA44E76B.
    private static let metadataRegion: [UInt8] = [
        0x06, 0xa2, 0x7c, 0x8b, 0x90, 0x47, 0x9a, 0x4b, 0xb8, 0xfe, 0x57, 0x5f, 0x05, 0x0f, 0x88, 0x6e,
    ]
    private static let virtualDiskSize: [UInt8] = [
        0x24, 0x42, 0xa5, 0x2f, 0x1b, 0xcd, 0x76, 0x48, 0xb2, 0x11, 0x5d, 0xbe, 0xd8, 0x3b, 0xf4, 0xb8,
    ]
    private static let fileParameters: [UInt8] = [
        0x37, 0x67, 0xa1, 0xca, 0x36, 0xfa, 0x43, 0x4d, 0xb3, 0xb6, 0x33, 0xf0, 0xaa, 0x44, 0xe7, 0x6b,
    ]

    static func matches(_ image: ImageBytes) -> Bool { image.has(Array("vhdxfile".utf8)) }

    static func findings(_ image: ImageBytes) throws(DiskImageError) -> FormatFindings {
        func damaged(_ what: String, at offset: Int64) -> FormatFindings {
            FormatFindings(refusals: [image.refusal(.header, .corrupt, at: offset, what, "convert its source again")])
        }
        let regions = try image.bytes(at: regionTable, count: tableSize)
        guard regions.count == tableSize else {
            return FormatFindings(refusals: [image.truncated(.vhdx, needs: regionTable + Int64(tableSize))])
        }
        guard
            regions.starts(with: Array("regi".utf8)), let count = regions.little(8, as: UInt32.self),
            count <= mostEntries,
            let region = entry(metadataRegion, in: regions, first: 16, count: Int(count)),
            let start = regions.little(region + 16, as: UInt64.self).flatMap({ Int64(exactly: $0) })
        else { return damaged("is a VHDX whose table of regions is damaged", at: regionTable) }

        let metadata = try image.bytes(at: start, count: tableSize)
        guard metadata.count == tableSize else {
            return FormatFindings(refusals: [
                image.truncated(.vhdx, needs: start.addingReportingOverflow(Int64(tableSize)).partialValue)
            ])
        }
        guard
            metadata.starts(with: Array("metadata".utf8)), let items = metadata.little(10, as: UInt16.self),
            items <= mostEntries,
            let size = try item(virtualDiskSize, image, metadata, start, Int(items), as: UInt64.self, at: 0),
            let virtualSize = Int64(exactly: size)
        else { return damaged("is a VHDX that does not tell the size of its disk", at: start) }

        var findings = FormatFindings(virtualSize: virtualSize)
        // Bit 1 of the flags is HasParent.
        if let flags = try item(fileParameters, image, metadata, start, Int(items), as: UInt32.self, at: 4),
            flags & 0x02 != 0
        {
            let advice = "merge it with its parent, or convert it on the host that has both"
            findings.refusals.append(
                image.refusal(.backingFile, at: start, "is a VHDX that holds only what differs from its parent", advice)
            )
        }
        return findings
    }

    /// Where the entry with a GUID begins in its table.
    private static func entry(_ guid: [UInt8], in table: [UInt8], first: Int, count: Int) -> Int? {
        (0..<count).lazy.map { first + $0 * entrySize }
            .first { $0 + entrySize <= table.count && table[$0..<$0 + 16].elementsEqual(guid) }
    }

    private static func item<Value: FixedWidthInteger>(
        _ guid: [UInt8],
        _ image: ImageBytes,
        _ metadata: [UInt8],
        _ start: Int64,
        _ count: Int,
        as type: Value.Type,
        at offset: Int64
    ) throws(DiskImageError) -> Value? {
        guard
            let entry = entry(guid, in: metadata, first: 32, count: count),
            let place = metadata.little(entry + 16, as: UInt32.self)
        else { return nil }
        return try image.bytes(at: start &+ Int64(place) &+ offset, count: MemoryLayout<Value>.size).little(
            0,
            as: Value.self
        )
    }
}
