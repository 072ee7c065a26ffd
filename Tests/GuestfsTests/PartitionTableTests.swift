import SystemPackage
import Testing

@testable import Guestfs

/// The arithmetic of a disk that is made smaller.
@Suite struct PartitionTableTests {
    @Test("the checksum is that of IEEE 802.3")
    func checksum() {
        #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(CRC32.checksum([]) == 0)
    }

    @Test("the last partition of a GPT and its copy move to the front", arguments: [512, 4096])
    func gpt(sectorSize: Int) throws {
        let disk = Self.gpt(sectorSize: sectorSize, sectors: 65536)
        let table = try #require(PartitionTable(disk, sectorSize: sectorSize))
        #expect(table.last == PartitionTable.Partition(number: 1, first: 512, last: 65000))
        #expect(table.partitions.map(\.number) == [3, 1])
        let size = table.diskSize(lastSector: 20479)
        #expect(size % (1 << 20) == 0 && size >= 20480 * Int64(sectorSize) + 16384 + Int64(sectorSize))
        var small = Array(disk[..<Int(size)])
        for write in table.shrinking(to: 20479, diskSize: size) {
            #expect(write.offset + Int64(write.bytes.count) <= size)
            small.replaceSubrange(Int(write.offset)..<Int(write.offset) + write.bytes.count, with: write.bytes)
        }
        let after = try #require(PartitionTable(small, sectorSize: sectorSize))
        #expect(after.last == PartitionTable.Partition(number: 1, first: 512, last: 20479))
        #expect(after.partitions.count == 2)
        // The copy stands in the last sector and says where it is.
        let copy = Array(small[(small.count - sectorSize)...])
        #expect(copy.starts(with: "EFI PART".utf8))
        #expect(Self.number(copy, 24) == UInt64(small.count / sectorSize - 1) && Self.number(copy, 32) == 1)
    }

    @Test("an MBR gets a shorter last partition and nothing else")
    func mbr() throws {
        var disk = [UInt8](repeating: 0, count: 1 << 20)
        disk.replaceSubrange(510..<512, with: [0x55, 0xAA])
        disk.replaceSubrange(440..<444, with: [1, 2, 3, 4])
        disk.replaceSubrange(446..<462, with: [0x80, 0, 0, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 0, 1, 0])
        let table = try #require(PartitionTable(disk, sectorSize: 512))
        #expect(table.last == PartitionTable.Partition(number: 1, first: 2048, last: 67583))
        #expect(table.diskSize(lastSector: 4095) == 2 << 20)
        let writes = table.shrinking(to: 4095, diskSize: 2 << 20)
        #expect(writes.count == 1 && writes[0].offset == 0)
        var expected = Array(disk[..<512])
        expected.replaceSubrange(458..<462, with: [0, 8, 0, 0])
        #expect(writes[0].bytes == expected)
    }

    @Test("what is no whole table is none", arguments: 0..<8)
    func damaged(kind: Int) {
        var disk = Self.gpt(sectorSize: 512, sectors: 4096)
        switch kind {
        case 0: disk[510] = 0
        case 1: disk[512] = 0
        case 2: disk[512 + 16] ^= 1
        case 3: disk[1024] ^= 1
        // Numbers that would lead out of the disk.
        case 4: Self.seal(&disk, 80, [0xFF, 0xFF, 0xFF, 0xFF])
        case 5: Self.seal(&disk, 72, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])
        case 6: Self.seal(&disk, 84, [0, 0, 0, 0])
        // A logical partition.
        default: disk[446 + 4] = 0x05
        }
        #expect(PartitionTable(disk, sectorSize: 512) == nil)
    }

    @Test("a swap header keeps UUID and label, of any page size", arguments: [4096, 65536])
    func swapHeader(pageSize: Int) throws {
        var area = [UInt8](repeating: 0x41, count: 65536)
        area.replaceSubrange(1024..<1036, with: [1, 0, 0, 0, 0xFF, 1, 0, 0, 2, 0, 0, 0])
        area.replaceSubrange(1036..<1068, with: (0..<32).map { UInt8($0 + 1) })
        #expect(SwapHeader(area) == nil)
        area.replaceSubrange((pageSize - 10)..<pageSize, with: "SWAPSPACE2".utf8)
        let page = try #require(SwapHeader(area)).page
        #expect(page.count == pageSize)
        #expect(Array(page[1024..<1036]) == [1, 0, 0, 0, 0xFF, 1, 0, 0, 0, 0, 0, 0])
        #expect(Array(page[1036..<1068]) == (0..<32).map { UInt8($0 + 1) })
        #expect(!page[..<1024].contains { $0 != 0 } && !page[1068..<(pageSize - 10)].contains { $0 != 0 })
        #expect(SwapHeader(page)?.page == page)
        #expect(SwapHeader([]) == nil)
    }

    @Test("a key is the first line of its file, and says nothing of itself")
    func key() {
        #expect(DiskKey(content: Array("secret\nmore".utf8))?.passphrase == Array("secret".utf8))
        #expect(DiskKey(content: Array("\n".utf8)) == nil)
        #expect(DiskKey(content: [1, 0, 2]) == nil)
        #expect(DiskKey(volume: "/dev/sda2", content: Array("secret".utf8)).map { "\($0)" } == "a key for /dev/sda2")
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
        bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Changes the header of a GPT and its checksum with it.
    private static func seal(_ disk: inout [UInt8], _ offset: Int, _ bytes: [UInt8]) {
        disk.replaceSubrange(512 + offset..<512 + offset + bytes.count, with: bytes)
        disk.replaceSubrange(512 + 16..<512 + 20, with: [0, 0, 0, 0])
        disk.replaceSubrange(512 + 16..<512 + 20, with: little(UInt64(CRC32.checksum(disk[512..<604])), 4))
    }

    private static func little(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// A disk with two partitions, the first entry being the one that comes last.
    private static func gpt(sectorSize: Int, sectors: Int) -> [UInt8] {
        var disk = [UInt8](repeating: 0, count: sectorSize * sectors)
        disk.replaceSubrange(510..<512, with: [0x55, 0xAA])
        disk[446 + 4] = 0xEE
        disk.replaceSubrange(446 + 8..<446 + 16, with: little(1, 4) + little(UInt64(sectors - 1), 4))
        let entries = 2 * sectorSize
        func entry(_ index: Int, _ first: UInt64, _ last: UInt64) {
            let place = entries + 128 * index
            disk.replaceSubrange(place..<place + 32, with: (1...32).map { UInt8($0) })
            disk.replaceSubrange(place + 32..<place + 48, with: little(first, 8) + little(last, 8))
        }
        entry(0, 512, UInt64(sectors) - 536)
        entry(2, 256, 511)
        var header = Array("EFI PART".utf8) + [0, 0, 1, 0] + little(92, 4) + little(0, 8)
        header += little(1, 8) + little(UInt64(sectors - 1), 8) + little(34, 8) + little(UInt64(sectors - 34), 8)
        header += [UInt8](repeating: 7, count: 16) + little(2, 8) + little(128, 4) + little(128, 4)
        header += little(UInt64(CRC32.checksum(disk[entries..<entries + 16384])), 4)
        header.replaceSubrange(16..<20, with: little(UInt64(CRC32.checksum(header)), 4))
        disk.replaceSubrange(sectorSize..<sectorSize + 92, with: header)
        return disk
    }
}
