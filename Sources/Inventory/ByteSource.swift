/// Bytes that are read a piece at a time: a file of the host, or an array.
public protocol ByteSource: AnyObject {
    /// How many bytes there are.
    var size: Int64 { get }

    /// Reads exactly `count` bytes from `offset` on.
    ///
    /// Errors: ``InventoryError`` with `corrupt` where the source ends before, `unreadable` where it fails.
    func read(at offset: Int64, count: Int) throws(InventoryError) -> [UInt8]
}

/// Bytes in memory.
public final class ByteArray: ByteSource {
    private let bytes: [UInt8]

    /// A source of these bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// How many bytes there are.
    public var size: Int64 { Int64(bytes.count) }

    /// Reads exactly `count` bytes from `offset` on.
    public func read(at offset: Int64, count: Int) throws(InventoryError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size, Int64(count) <= size - offset else {
            throw InventoryError(.corrupt, "the file ends before byte \(offset) + \(count)")
        }
        return Array(bytes[Int(offset)..<Int(offset) + count])
    }
}
