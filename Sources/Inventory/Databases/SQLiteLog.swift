/// The write-ahead log of an SQLite database (sqlite.org/fileformat2.html, "The Write-Ahead Log"): pages that were committed and not
/// yet copied into the database, as a program leaves them that ended without closing it.
struct SQLiteLog {
    private static let headerSize = 32
    private static let frameSize = 24

    private let source: any ByteSource
    private let pageSize: Int
    // Where the newest committed bytes of a page are.
    private let offsets: [Int64: Int64]
    /// How many pages the database has by the last commit.
    let pageCount: UInt32

    /// Nil where the log has nothing that counts.
    init?(_ source: any ByteSource, pageSize: Int) throws(InventoryError) {
        self.source = source
        self.pageSize = pageSize
        guard source.size >= Int64(Self.headerSize) else { return nil }
        let header = ByteFields(try source.read(at: 0, count: Self.headerSize), .big)
        let magic = try header.uint32(0)
        // A log of zeros, or one with another page size, is not of this database.
        guard magic & ~1 == 0x377F_0682, try header.uint32(4) == 3_007_000, try header.uint32(8) == UInt32(pageSize)
        else { return nil }
        var sum = Checksum(order: magic & 1 == 1 ? .big : .little)
        try sum.add(header.bytes[..<24])
        guard try header.uint32(24) == sum.first, try header.uint32(28) == sum.second else { return nil }

        var offsets: [Int64: Int64] = [:]
        var pending: [Int64: Int64] = [:]
        var pages: UInt32 = 0
        let step = Self.frameSize + pageSize
        var offset = Int64(Self.headerSize)
        while offset + Int64(step) <= source.size {
            let frame = ByteFields(try source.read(at: offset, count: step), .big)
            guard frame.bytes[8..<16] == header.bytes[16..<24] else { break }
            try sum.add(frame.bytes[..<8])
            try sum.add(frame.bytes[Self.frameSize...])
            guard try frame.uint32(16) == sum.first, try frame.uint32(20) == sum.second else { break }
            pending[Int64(try frame.uint32(0))] = offset + Int64(Self.frameSize)
            let committed = try frame.uint32(4)
            if committed != 0 {
                offsets.merge(pending) { $1 }
                pending = [:]
                pages = committed
            }
            offset += Int64(step)
        }
        guard !offsets.isEmpty else { return nil }
        self.offsets = offsets
        pageCount = pages
    }

    /// The page as the log has it, if it does.
    func page(_ number: Int64) throws(InventoryError) -> [UInt8]? {
        guard let offset = offsets[number] else { return nil }
        return try source.read(at: offset, count: pageSize)
    }

    private struct Checksum {
        let order: ByteFields.Order
        var first: UInt32 = 0
        var second: UInt32 = 0

        init(order: ByteFields.Order) {
            self.order = order
        }

        mutating func add(_ bytes: ArraySlice<UInt8>) throws(InventoryError) {
            var index = bytes.startIndex
            func word(_ at: Int) -> UInt32 {
                let (a, b) = (
                    UInt32(bytes[at]) << 8 | UInt32(bytes[at + 1]), UInt32(bytes[at + 2]) << 8 | UInt32(bytes[at + 3])
                )
                return order == .big ? a << 16 | b : (a << 16 | b).byteSwapped
            }
            while index + 8 <= bytes.endIndex {
                first = first &+ word(index) &+ second
                second = second &+ word(index + 4) &+ first
                index += 8
            }
        }
    }
}
