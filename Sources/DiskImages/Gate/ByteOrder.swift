extension [UInt8] {
    /// The unsigned integer at a place, most significant byte first; nil beyond the end.
    func big<Value: FixedWidthInteger>(_ offset: Int, as type: Value.Type) -> Value? {
        let width = MemoryLayout<Value>.size
        guard offset >= 0, offset <= count - width else { return nil }
        return self[offset..<offset + width].reduce(0) { $0 << 8 | Value($1) }
    }

    /// The unsigned integer at a place, least significant byte first; nil beyond the end.
    func little<Value: FixedWidthInteger>(_ offset: Int, as type: Value.Type) -> Value? {
        let width = MemoryLayout<Value>.size
        guard offset >= 0, offset <= count - width else { return nil }
        return self[offset..<offset + width].reversed().reduce(0) { $0 << 8 | Value($1) }
    }
}
