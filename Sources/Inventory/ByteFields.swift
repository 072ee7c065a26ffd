/// Numbers in a buffer, each checked against its end.
struct ByteFields {
    /// The order of the bytes of a number.
    enum Order { case little, big }

    let bytes: [UInt8]
    let order: Order

    init(_ bytes: [UInt8], _ order: Order) {
        self.bytes = bytes
        self.order = order
    }

    func uint8(_ offset: Int) throws(InventoryError) -> UInt8 {
        guard offset >= 0, offset < bytes.count else { throw Self.outside }
        return bytes[offset]
    }

    func uint16(_ offset: Int) throws(InventoryError) -> UInt16 {
        UInt16(truncatingIfNeeded: try number(offset, 2))
    }

    func uint32(_ offset: Int) throws(InventoryError) -> UInt32 {
        UInt32(truncatingIfNeeded: try number(offset, 4))
    }

    private func number(_ offset: Int, _ count: Int) throws(InventoryError) -> UInt64 {
        guard offset >= 0, offset <= bytes.count - count else { throw Self.outside }
        var value: UInt64 = 0
        for index in 0..<count {
            let byte = bytes[order == .big ? offset + index : offset + count - 1 - index]
            value = value << 8 | UInt64(byte)
        }
        return value
    }

    private static let outside = InventoryError(.corrupt, "a field lies outside of its page")
}
