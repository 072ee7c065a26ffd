/// A number of bytes, as recipes write it: `10 GiB`, `2048 MiB`, `10 GB`.
public struct ByteCount: Sendable, Hashable {
    /// The number of bytes, never negative.
    public let bytes: Int64

    /// Makes a count of bytes; a negative number becomes zero.
    public init(bytes: Int64) {
        self.bytes = max(0, bytes)
    }

    /// Makes a count of mebibytes, at most what 64 bits hold.
    public init(mebibytes: Int64) {
        let (product, overflow) = max(0, mebibytes).multipliedReportingOverflow(by: 1 << 20)
        bytes = overflow ? .max : product
    }

    /// The whole mebibytes in it, rounded down.
    public var mebibytes: Int64 { bytes >> 20 }
}

extension ByteCount {
    /// Reads a size such as `10 GiB`; the unit must be given, the space before it need not be.
    ///
    /// `KiB`, `MiB`, `GiB`, `TiB` are powers of 1024, `kB`, `MB`, `GB`, `TB` powers of 1000, as in IEC 80000-13.
    ///
    /// - Throws: ``ByteCountError`` when the text is anything else.
    public init(parsing text: String) throws(ByteCountError) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        var unit = text.dropFirst(digits.count)
        if !digits.isEmpty, unit.first == " " { unit = unit.dropFirst() }
        guard !digits.isEmpty else { throw ByteCountError(code: .malformed) }
        guard !unit.isEmpty else { throw ByteCountError(code: .noUnit) }
        guard let factor = Self.units.first(where: { $0.name == unit })?.factor else {
            throw ByteCountError(code: .malformed)
        }
        guard let number = Int64(digits) else { throw ByteCountError(code: .tooLarge) }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw ByteCountError(code: .tooLarge) }
        bytes = product
    }

    private static let units: [(name: Substring, factor: Int64)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("B", 1),
    ]
}

extension ByteCount: Comparable {
    /// Whether the left count is the smaller one.
    public static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }
}

extension ByteCount: CustomStringConvertible {
    /// The count in the largest unit that divides it, such as `10 GiB`; a text that ``init(parsing:)`` reads back.
    public var description: String {
        let whole = Self.units.filter { bytes >= $0.factor && bytes.isMultiple(of: $0.factor) }
        guard let unit = whole.max(by: { $0.factor < $1.factor }) else { return "\(bytes) B" }
        return "\(bytes / unit.factor) \(unit.name)"
    }
}
