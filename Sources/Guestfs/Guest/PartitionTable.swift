/// The partition table of a disk, as far as its last partition and its end can be moved to the front.
///
/// parted(8) asks before it makes a partition smaller, and cannot be answered through libguestfs; nor can it move the copy of a GPT to a
/// disk's new end before the disk has it.
struct PartitionTable: Equatable {
    /// Bytes and where on the disk they go.
    struct Write: Equatable {
        let offset: Int64
        let bytes: [UInt8]
    }

    /// A partition, in sectors.
    struct Partition: Equatable {
        /// Its number, from 1.
        let number: Int
        /// Its first sector.
        let first: UInt64
        /// Its last sector.
        let last: UInt64
    }

    /// The kinds of tables.
    enum Kind: Equatable {
        /// A master boot record.
        case mbr
        /// A GPT: its header and its entries.
        case gpt(header: [UInt8], entries: [UInt8])
    }

    /// The bytes of a sector.
    let sectorSize: Int
    /// What kind it is.
    let kind: Kind
    /// Its partitions, in their order on the disk.
    let partitions: [Partition]
    private let mbr: [UInt8]

    /// How much of a disk has to be read for ``init(_:sectorSize:)``.
    static let longest = 1 << 20
    /// The largest list of entries that is read; the usual one has 16 KiB.
    private static let longestEntries = 512 << 10

    /// Reads the first bytes of a disk; nil where there is no table that is whole, or one with logical partitions.
    init?(_ disk: [UInt8], sectorSize: Int) {
        guard disk.count >= 4 * sectorSize, disk[510] == 0x55, disk[511] == 0xAA else { return nil }
        self.sectorSize = sectorSize
        mbr = Array(disk[..<sectorSize])
        let types = (0..<4).map { disk[446 + 16 * $0 + 4] }
        if types.contains(0xEE) {
            let header = Array(disk[sectorSize..<2 * sectorSize])
            guard header.starts(with: "EFI PART".utf8) else { return nil }
            let size = Int(header.little(at: 12, as: UInt32.self))
            let count = Int(header.little(at: 80, as: UInt32.self))
            let entrySize = Int(header.little(at: 84, as: UInt32.self))
            let start = header.little(at: 72, as: UInt64.self)
            let (length, overflow) = count.multipliedReportingOverflow(by: entrySize)
            guard (92...sectorSize).contains(size), entrySize >= 128, !overflow,
                (1...Self.longestEntries).contains(length),
                start <= UInt64(disk.count / sectorSize), Int(start) * sectorSize + length <= disk.count,
                Self.checksum(header, size) == header.little(at: 16, as: UInt32.self)
            else { return nil }
            let entries = Array(disk[Int(start) * sectorSize..<Int(start) * sectorSize + length])
            guard CRC32.checksum(entries) == header.little(at: 88, as: UInt32.self) else { return nil }
            kind = .gpt(header: header, entries: entries)
            partitions = (0..<count).compactMap { index in
                let entry = entries[index * entrySize..<(index + 1) * entrySize]
                guard entry.prefix(16).contains(where: { $0 != 0 }) else { return nil }
                let bytes = Array(entry)
                return Partition(
                    number: index + 1,
                    first: bytes.little(at: 32, as: UInt64.self),
                    last: bytes.little(at: 40, as: UInt64.self)
                )
            }.sorted { $0.first < $1.first }
        } else {
            // An extended partition has a chain of tables inside.
            guard !types.contains(where: { [0x05, 0x0F, 0x85].contains($0) }) else { return nil }
            kind = .mbr
            partitions = types.indices.compactMap { index in
                let first = UInt64(disk.little(at: 446 + 16 * index + 8, as: UInt32.self))
                let size = UInt64(disk.little(at: 446 + 16 * index + 12, as: UInt32.self))
                guard types[index] != 0, first > 0, size > 0 else { return nil }
                return Partition(number: index + 1, first: first, last: first + size - 1)
            }.sorted { $0.first < $1.first }
        }
    }

    /// The last partition on the disk.
    var last: Partition? { partitions.last }

    /// The length of a disk, in whole MiB, whose last partition ends with this sector.
    func diskSize(lastSector: UInt64) -> Int64 {
        let copy = if case .gpt(_, let entries) = kind { entries.count + 2 * sectorSize } else { 0 }
        let bytes = Int64(lastSector + 1) * Int64(sectorSize) + Int64(copy)
        return Self.wholeMiB(bytes)
    }

    /// Up to the next MiB.
    static func wholeMiB(_ bytes: Int64) -> Int64 { (bytes + (1 << 20) - 1) & ~((1 << 20) - 1) }

    /// What has to be written so that the last partition ends with this sector and the disk has this length in bytes.
    func shrinking(to lastSector: UInt64, diskSize: Int64) -> [Write] {
        guard let last else { return [] }
        let sectors = UInt64(diskSize) / UInt64(sectorSize)
        var mbr = mbr
        guard case .gpt(var header, var entries) = kind else {
            mbr.setLittle(UInt32(clamping: lastSector - last.first + 1), at: 446 + 16 * (last.number - 1) + 12)
            return [Write(offset: 0, bytes: mbr)]
        }
        for index in 0..<4 where mbr[446 + 16 * index + 4] == 0xEE {
            let first = UInt64(mbr.little(at: 446 + 16 * index + 8, as: UInt32.self))
            let size = UInt64(mbr.little(at: 446 + 16 * index + 12, as: UInt32.self))
            // One that protects the whole disk; that of a hybrid table protects a part of it only.
            if first + size > last.last { mbr.setLittle(UInt32(clamping: sectors - first), at: 446 + 16 * index + 12) }
        }
        let entrySize = Int(header.little(at: 84, as: UInt32.self))
        entries.setLittle(lastSector, at: (last.number - 1) * entrySize + 40)
        let entrySectors = UInt64((entries.count + sectorSize - 1) / sectorSize)
        let start = header.little(at: 72, as: UInt64.self)
        header.setLittle(sectors - 1, at: 32)
        header.setLittle(sectors - 2 - entrySectors, at: 48)
        header.setLittle(CRC32.checksum(entries), at: 88)
        var copy = header
        copy.setLittle(sectors - 1, at: 24)
        copy.setLittle(UInt64(1), at: 32)
        copy.setLittle(sectors - 1 - entrySectors, at: 72)
        let size = Int(header.little(at: 12, as: UInt32.self))
        header.setLittle(Self.checksum(header, size), at: 16)
        copy.setLittle(Self.checksum(copy, size), at: 16)
        func write(_ bytes: [UInt8], _ sector: UInt64) -> Write {
            Write(offset: Int64(sector) * Int64(sectorSize), bytes: bytes)
        }
        // The copy first: at every moment one of the two is whole.
        return [
            write(entries, sectors - 1 - entrySectors), write(copy, sectors - 1), write(entries, start),
            write(header, 1), write(mbr, 0),
        ]
    }

    /// The checksum of a header, which counts as 0 in it.
    private static func checksum(_ header: [UInt8], _ size: Int) -> UInt32 {
        var bytes = Array(header[..<size])
        bytes.setLittle(UInt32(0), at: 16)
        return CRC32.checksum(bytes)
    }
}

extension [UInt8] {
    /// A number in little-endian order.
    fileprivate func little<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
        self[offset..<offset + MemoryLayout<Number>.size].reversed().reduce(0) { $0 << 8 | Number($1) }
    }

    /// Puts one there.
    fileprivate mutating func setLittle(_ number: some FixedWidthInteger, at offset: Int) {
        Swift.withUnsafeBytes(of: number.littleEndian) { bytes in
            replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
    }
}
