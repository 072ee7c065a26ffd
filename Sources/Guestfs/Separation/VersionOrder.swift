/// The order of versions, and of file names with versions in them: runs of digits count as numbers, as `sort -V` has it.
enum VersionOrder {
    /// Whether one is older than another.
    static func isOlder(_ first: String, _ second: String) -> Bool {
        let (left, right) = (runs(first), runs(second))
        for (one, other) in zip(left, right) where one != other {
            guard let isOne = one.first?.isDigit, let isOther = other.first?.isDigit else { break }
            if !isOne || !isOther { return one.lexicographicallyPrecedes(other) }
            let (number, otherNumber) = (one.drop { $0 == zero }, other.drop { $0 == zero })
            if number.count != otherNumber.count { return number.count < otherNumber.count }
            if !number.elementsEqual(otherNumber) { return number.lexicographicallyPrecedes(otherNumber) }
        }
        return left.count < right.count
    }

    private static let zero = UInt8(ascii: "0")

    /// The parts of a text that are digits all, or have none.
    private static func runs(_ text: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(text.utf8)
        var runs: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices where index > start && bytes[index].isDigit != bytes[index - 1].isDigit {
            runs.append(bytes[start..<index])
            start = index
        }
        if start < bytes.count { runs.append(bytes[start...]) }
        return runs
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
