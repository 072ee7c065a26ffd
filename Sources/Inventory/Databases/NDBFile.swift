/// rpm's own database, `Packages.db` (rpm, `lib/backend/ndb/rpmpkg.c`): pages of slots, then blobs in blocks of 16 bytes.
///
/// All numbers are little-endian, on every machine.
struct NDBFile {
    private static let headerMagic: UInt32 = 0x506D_7052  // "RpmP"
    private static let slotMagic: UInt32 = 0x746F_6C53  // "Slot"
    private static let headMagic: UInt32 = 0x5362_6C42  // "BlbS"
    private static let tailMagic: UInt32 = 0x4562_6C42  // "BlbE"
    private static let pageSize = 4096
    private static let blockSize: Int64 = 16
    private static let headSize = 16
    private static let tailSize = 12

    private let source: any ByteSource
    private let slotPages: Int

    init(_ source: any ByteSource) throws(InventoryError) {
        self.source = source
        let header = ByteFields(try source.read(at: 0, count: 32), .little)
        guard try header.uint32(0) == Self.headerMagic else {
            throw InventoryError(.corrupt, "this is no package database of rpm (ndb)")
        }
        guard try header.uint32(4) == 0 else {
            throw InventoryError(.unsupported, "an ndb database of version \(try header.uint32(4))")
        }
        slotPages = Int(try header.uint32(12))
        guard slotPages > 0, Int64(slotPages) <= source.size / Int64(Self.pageSize) else {
            throw InventoryError(.corrupt, "the database has \(slotPages) pages of slots, more than it has pages")
        }
    }

    /// Calls `body` with the header of each package.
    func forEachBlob(_ body: ([UInt8]) throws(InventoryError) -> Void) throws(InventoryError) {
        var budget = BlobBudget(source.size)
        var seen: Set<UInt32> = []
        for page in 0..<slotPages {
            let slots = ByteFields(
                try source.read(at: Int64(page * Self.pageSize), count: Self.pageSize),
                .little
            )
            // The header takes the place of the first two slots.
            for offset in stride(from: page == 0 ? 32 : 0, to: Self.pageSize, by: 16) {
                guard try slots.uint32(offset) == Self.slotMagic else {
                    throw InventoryError(.corrupt, "a slot of the database has no magic")
                }
                let block = Int64(try slots.uint32(offset + 8))
                if block == 0 { continue }
                let index = try slots.uint32(offset + 4)
                guard index != 0, seen.insert(index).inserted else {
                    throw InventoryError(.corrupt, "two slots of the database are of the same package")
                }
                try body(try blob(index, block, Int64(try slots.uint32(offset + 12)), &budget))
            }
        }
    }

    private func blob(
        _ index: UInt32,
        _ block: Int64,
        _ blocks: Int64,
        _ budget: inout BlobBudget
    ) throws(InventoryError) -> [UInt8] {
        let first = Int64(slotPages) * Int64(Self.pageSize) / Self.blockSize
        guard block >= first, blocks >= 2, (block + blocks) * Self.blockSize <= source.size else {
            throw InventoryError(.corrupt, "a blob of the database lies outside of its file")
        }
        let count = Int(blocks * Self.blockSize)
        try budget.spend(count)
        let bytes = try source.read(at: block * Self.blockSize, count: count)
        let fields = ByteFields(bytes, .little)
        let length = Int(try fields.uint32(12))
        let tail = count - Self.tailSize
        guard try fields.uint32(0) == Self.headMagic, try fields.uint32(4) == index,
            length <= tail - Self.headSize, try fields.uint32(tail + 4) == UInt32(length),
            try fields.uint32(tail + 8) == Self.tailMagic
        else { throw InventoryError(.corrupt, "a blob of the database is torn") }
        guard try fields.uint32(tail) == Adler32.sum(bytes[..<tail]) else {
            throw InventoryError(.corrupt, "a blob of the database has another checksum")
        }
        return Array(bytes[Self.headSize..<Self.headSize + length])
    }
}
