/// One table of an SQLite database, read without SQLite: what a guest's file holds is data here, never schema, trigger or view.
///
/// The format is that of sqlite.org/fileformat2.html: a table is a B-tree whose leaves hold records, what is too long for a page goes on
/// in a chain of overflow pages.
final class SQLiteFile {
    private static let magic = Array("SQLite format 3\0".utf8)
    private static let leaf: UInt8 = 13
    private static let interior: UInt8 = 5
    // Records of the schema are text of SQL; rpm's are of some hundred bytes.
    private static let maximumSchemaRecord = 1 << 20

    private let source: any ByteSource
    private let log: SQLiteLog?
    private let pageSize: Int
    private let usable: Int
    private let pageCount: Int64
    private var seen: Set<Int64> = []

    init(_ source: any ByteSource, log: (any ByteSource)? = nil) throws(InventoryError) {
        self.source = source
        let header = ByteFields(try source.read(at: 0, count: 100), .big)
        guard header.bytes.starts(with: Self.magic) else {
            throw InventoryError(.corrupt, "this is no SQLite database")
        }
        let size = Int(try header.uint16(16))
        pageSize = size == 1 ? 65536 : size
        guard (512...65536).contains(pageSize), pageSize & (pageSize - 1) == 0 else {
            throw InventoryError(.corrupt, "the database has pages of \(size) bytes")
        }
        usable = pageSize - Int(header.bytes[20])
        guard usable >= 480 else { throw InventoryError(.corrupt, "the database reserves too much of its pages") }
        guard try header.uint32(56) <= 1 else {
            throw InventoryError(.unsupported, "the database is written in UTF-16")
        }
        self.log = if let log { try SQLiteLog(log, pageSize: pageSize) } else { nil }
        pageCount = max(source.size / Int64(pageSize), Int64(self.log?.pageCount ?? 0))
    }

    /// Calls `body` with the second column of each row, which has to be a blob.
    ///
    /// - Parameter table: The table's name.
    func forEachBlob(
        ofTable table: String,
        body: ([UInt8]) throws(InventoryError) -> Void
    ) throws(InventoryError) {
        let root = try root(of: table)
        var budget = BlobBudget(pageCount * Int64(pageSize))
        seen = []
        try forEachRecord(below: root, maximum: RPMHeader.maximumSize + 64) { record throws(InventoryError) in
            let columns = try Self.columns(of: record)
            guard columns.count == 2, case .blob(let range) = columns[1] else {
                throw InventoryError(.corrupt, "a row of the table '\(table)' is not a number and a blob")
            }
            try budget.spend(range.count)
            try body(Array(record[range]))
        }
    }

    /// The first page of a table, by the schema on page 1.
    private func root(of table: String) throws(InventoryError) -> Int64 {
        var root: Int64?
        seen = []
        try forEachRecord(below: 1, maximum: Self.maximumSchemaRecord) { record throws(InventoryError) in
            let columns = try Self.columns(of: record)
            guard columns.count >= 4, case .text(let kind) = columns[0], record[kind].elementsEqual("table".utf8),
                case .text(let name) = columns[1], record[name].elementsEqual(table.utf8),
                case .integer(let page) = columns[3]
            else { return }
            root = page
        }
        guard let root else { throw InventoryError(.corrupt, "the database has no table '\(table)'") }
        return root
    }

    // MARK: pages

    private func page(_ number: Int64) throws(InventoryError) -> ByteFields {
        guard number > 0, number <= pageCount else {
            throw InventoryError(.corrupt, "the database has no page \(number)")
        }
        guard seen.insert(number).inserted else {
            throw InventoryError(.corrupt, "page \(number) of the database belongs to more than one place")
        }
        if let bytes = try log?.page(number) { return ByteFields(bytes, .big) }
        return ByteFields(try source.read(at: (number - 1) * Int64(pageSize), count: pageSize), .big)
    }

    private func forEachRecord(
        below root: Int64,
        maximum: Int,
        _ body: ([UInt8]) throws(InventoryError) -> Void
    ) throws(InventoryError) {
        // Each page is looked at once, so this ends.
        var pending = [root]
        while let number = pending.popLast() {
            let page = try page(number)
            let start = number == 1 ? 100 : 0
            let type = try page.uint8(start)
            guard type == Self.leaf || type == Self.interior else {
                throw InventoryError(.corrupt, "page \(number) of the database has type \(type)")
            }
            let count = Int(try page.uint16(start + 3))
            let pointers = start + (type == Self.leaf ? 8 : 12)
            var children: [Int64] = []
            for index in 0..<count {
                let cell = Int(try page.uint16(pointers + index * 2))
                if type == Self.interior {
                    children.append(Int64(try page.uint32(cell)))
                } else {
                    try body(try record(at: cell, of: page, maximum: maximum))
                }
            }
            if type == Self.interior {
                children.append(Int64(try page.uint32(start + 8)))
                pending += children.reversed()
            }
        }
    }

    /// A record from a leaf's cell, with what lies on overflow pages.
    private func record(at cell: Int, of page: ByteFields, maximum: Int) throws(InventoryError) -> [UInt8] {
        var offset = cell
        let size = try Self.variableInteger(page.bytes, &offset)
        _ = try Self.variableInteger(page.bytes, &offset)
        guard size >= 0, size <= Int64(maximum) else {
            throw InventoryError(.tooLarge, "a row of the database has \(size) bytes")
        }
        let total = Int(size)
        // "B-tree Cell Format": the least and the most that stays on the leaf.
        let most = usable - 35
        let least = (usable - 12) * 32 / 255 - 23
        var local = total
        if total > most {
            let wanted = least + (total - least) % (usable - 4)
            local = wanted <= most ? wanted : least
        }
        guard offset <= usable, local <= usable - offset else {
            throw InventoryError(.corrupt, "a row of the database lies outside of its page")
        }
        var bytes = Array(page.bytes[offset..<offset + local])
        guard total > local else { return bytes }
        guard Int64(total) <= pageCount * Int64(pageSize) else {
            throw InventoryError(.corrupt, "a row of the database is larger than its file")
        }
        bytes.reserveCapacity(total)
        var next = Int64(try page.uint32(offset + local))
        while bytes.count < total {
            let overflow = try self.page(next)
            bytes += overflow.bytes[4..<4 + min(usable - 4, total - bytes.count)]
            next = Int64(try overflow.uint32(0))
        }
        return bytes
    }

    // MARK: records

    private enum Column {
        case integer(Int64)
        case text(Range<Int>)
        case blob(Range<Int>)
        case other
    }

    /// The columns of a record ("Record Format").
    private static func columns(of record: [UInt8]) throws(InventoryError) -> [Column] {
        var offset = 0
        let header = try variableInteger(record, &offset)
        guard header >= offset, header <= record.count, header <= 200 else {
            throw InventoryError(.corrupt, "a row of the database has a broken header")
        }
        var columns: [Column] = []
        var position = Int(header)
        while offset < Int(header) {
            let type = try variableInteger(record, &offset)
            let length: Int64
            switch type {
            case 0, 8, 9: length = 0
            case 1...4: length = type
            case 5: length = 6
            case 6, 7: length = 8
            case 12...: length = (type - 12) / 2
            default: throw InventoryError(.corrupt, "a column of the database has type \(type)")
            }
            guard length <= Int64(record.count - position) else {
                throw InventoryError(.corrupt, "a column of the database lies outside of its row")
            }
            let range = position..<position + Int(length)
            position = range.upperBound
            switch type {
            case 1...6: columns.append(.integer(integer(record[range])))
            case 8, 9: columns.append(.integer(type - 8))
            case 12...: columns.append(type % 2 == 0 ? .blob(range) : .text(range))
            default: columns.append(.other)
            }
        }
        return columns
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64 {
        var value: Int64 = bytes.first.map { $0 >= 0x80 } == true ? -1 : 0
        for byte in bytes { value = value << 8 | Int64(byte) }
        return value
    }

    /// A number of one to nine bytes, the high ones first.
    private static func variableInteger(_ bytes: [UInt8], _ offset: inout Int) throws(InventoryError) -> Int64 {
        var value: UInt64 = 0
        for index in 0..<9 {
            guard offset >= 0, offset < bytes.count else {
                throw InventoryError(.corrupt, "a number of the database is cut off")
            }
            let byte = bytes[offset]
            offset += 1
            if index == 8 {
                value = value << 8 | UInt64(byte)
            } else {
                value = value << 7 | UInt64(byte & 0x7F)
                if byte < 0x80 { break }
            }
        }
        return Int64(bitPattern: value)
    }
}
