/// A hash of Berkeley DB 4 and 5, in which rpm kept its packages up to EL 8: `Packages`.
///
/// The layout is that of libdb's `db_page.h`: page 0 says how the others are found, a bucket is a chain of pages of items, and
/// what is too long for a page is a chain of overflow pages. The byte order is that of the machine that made it.
struct BerkeleyHash {
    private static let magic: UInt32 = 0x0006_1561
    private enum PageType {
        static let unsortedHash: UInt8 = 2
        static let overflow: UInt8 = 7
        static let hashMeta: UInt8 = 8
        static let hash: UInt8 = 13
    }
    private enum ItemType {
        static let inline: UInt8 = 1
        static let offPage: UInt8 = 3
    }
    private static let headerSize = 26

    private let source: any ByteSource
    private let order: ByteFields.Order
    private let pageSize: Int
    private let pageCount: Int64
    private let maximumBucket: UInt32
    private let spares: [UInt32]

    init(_ source: any ByteSource) throws(InventoryError) {
        self.source = source
        let bytes = try source.read(at: 0, count: 512)
        order = try ByteFields(bytes, .little).uint32(12) == Self.magic ? .little : .big
        let meta = ByteFields(bytes, order)
        guard try meta.uint32(12) == Self.magic, try meta.uint8(25) == PageType.hashMeta else {
            throw InventoryError(.corrupt, "this is no hash of Berkeley DB")
        }
        let version = try meta.uint32(16)
        guard (7...10).contains(version) else {
            throw InventoryError(.unsupported, "a hash of Berkeley DB of version \(version)")
        }
        // Either makes room in the pages' headers; rpm uses neither.
        guard try meta.uint8(24) == 0, try meta.uint8(26) & 1 == 0 else {
            throw InventoryError(.unsupported, "the hash of Berkeley DB is encrypted or has checksums")
        }
        pageSize = Int(try meta.uint32(20))
        guard (512...65536).contains(pageSize), pageSize & (pageSize - 1) == 0 else {
            throw InventoryError(.corrupt, "the database has pages of \(pageSize) bytes")
        }
        pageCount = source.size / Int64(pageSize)
        maximumBucket = try meta.uint32(72)
        guard Int64(maximumBucket) < pageCount else {
            throw InventoryError(.corrupt, "the database has \(maximumBucket) buckets, more than it has pages")
        }
        var spares: [UInt32] = []
        for index in 0..<32 { spares.append(try meta.uint32(96 + index * 4)) }
        self.spares = spares
    }

    /// Calls `body` with the header of each package.
    func forEachBlob(_ body: ([UInt8]) throws(InventoryError) -> Void) throws(InventoryError) {
        var budget = BlobBudget(source.size)
        var seen: Set<Int64> = []
        for bucket in 0...maximumBucket {
            // BUCKET_TO_PAGE of libdb's hash.h: each doubling of the table has its pages in one run.
            let doubling = 32 - bucket.leadingZeroBitCount
            guard doubling < spares.count else { break }
            var number = Int64(bucket) + Int64(spares[doubling])
            while number != 0 {
                guard seen.insert(number).inserted else {
                    throw InventoryError(.corrupt, "the pages of the database run in a circle")
                }
                let page = try page(number)
                let type = try page.uint8(25)
                // A bucket that was never used has a page of zeros.
                if type == 0 { break }
                guard type == PageType.hash || type == PageType.unsortedHash else {
                    throw InventoryError(.corrupt, "a page of the database has type \(type), which is no bucket")
                }
                try forEachBlob(on: page, &budget, body)
                number = Int64(try page.uint32(16))
            }
        }
    }

    private func page(_ number: Int64) throws(InventoryError) -> ByteFields {
        guard number > 0, number < pageCount else {
            throw InventoryError(.corrupt, "the database has no page \(number)")
        }
        return ByteFields(try source.read(at: number * Int64(pageSize), count: pageSize), order)
    }

    private func forEachBlob(
        on page: ByteFields,
        _ budget: inout BlobBudget,
        _ body: ([UInt8]) throws(InventoryError) -> Void
    ) throws(InventoryError) {
        let count = Int(try page.uint16(20))
        guard count % 2 == 0, Self.headerSize + count * 2 <= pageSize else {
            throw InventoryError(.corrupt, "a page of the database has \(count) items")
        }
        // Items lie from the end of the page towards its beginning, each up to the one before it.
        var end = pageSize
        var key: ArraySlice<UInt8> = []
        for index in 0..<count {
            let start = Int(try page.uint16(Self.headerSize + index * 2))
            guard start >= Self.headerSize + count * 2, start < end else {
                throw InventoryError(.corrupt, "the items of a page of the database overlap")
            }
            let item = page.bytes[start..<end]
            end = start
            if index % 2 == 0 {
                key = item
            } else if try isPackage(key) {
                try body(try value(item, &budget))
            }
        }
    }

    /// Packages have numbers from 1; under 0 lies the last that was given.
    private func isPackage(_ key: ArraySlice<UInt8>) throws(InventoryError) -> Bool {
        guard key.first == ItemType.inline, key.count == 5 else {
            throw InventoryError(.corrupt, "a key of the database is no number of a package")
        }
        return key.dropFirst().contains { $0 != 0 }
    }

    private func value(_ item: ArraySlice<UInt8>, _ budget: inout BlobBudget) throws(InventoryError) -> [UInt8] {
        switch item.first {
        case ItemType.inline:
            try budget.spend(item.count)
            return Array(item.dropFirst())
        case ItemType.offPage:
            let fields = ByteFields(Array(item), order)
            let length = Int(try fields.uint32(8))
            try budget.spend(length)
            return try overflow(Int64(try fields.uint32(4)), length)
        default:
            throw InventoryError(.corrupt, "a value of the database has type \(item.first ?? 0)")
        }
    }

    private func overflow(_ first: Int64, _ length: Int) throws(InventoryError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        var number = first
        while bytes.count < length {
            let page = try page(number)
            // hf_offset is the number of bytes on an overflow page.
            let count = Int(try page.uint16(22))
            // All pages but the last are full, which bounds the way through them.
            guard try page.uint8(25) == PageType.overflow, count <= pageSize - Self.headerSize,
                count == min(pageSize - Self.headerSize, length - bytes.count)
            else { throw InventoryError(.corrupt, "a chain of pages of the database is broken") }
            bytes += page.bytes[Self.headerSize..<Self.headerSize + count]
            number = Int64(try page.uint32(16))
        }
        return bytes
    }
}
