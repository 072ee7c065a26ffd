/// Keeps a database from having the same bytes read again and again: together its values cannot be larger than its file.
struct BlobBudget {
    private var left: Int64

    init(_ size: Int64) {
        left = size
    }

    mutating func spend(_ count: Int) throws(InventoryError) {
        guard count >= 0, count <= RPMHeader.maximumSize else {
            throw InventoryError(.tooLarge, "a value of the database has \(count) bytes")
        }
        left -= Int64(count)
        guard left >= 0 else { throw InventoryError(.corrupt, "the database's values overlap") }
    }
}
