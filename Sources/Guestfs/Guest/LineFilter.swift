/// A rule for the lines that must not stay in a text file of the guest.
struct LineFilter: Sendable {
    /// A line that had to go.
    struct Dropped: Equatable {
        /// The key that the line sets.
        let key: String
        /// The number of the line, from 1.
        let line: Int
    }

    /// The key because of which a line must go, or nil.
    let key: @Sendable (ArraySlice<UInt8>) -> String?

    /// Lines that give a value to one of these keys: `KEY=...`, blanks before either allowed, `#` comments untouched.
    static func assignments(of keys: String...) -> LineFilter {
        LineFilter { line in
            let text = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            var name = text[..<equals]
            while name.last == UInt8(ascii: " ") || name.last == UInt8(ascii: "\t") { name.removeLast() }
            return keys.first { name.elementsEqual($0.utf8) }
        }
    }

    /// The content without those lines, and what they were; all other bytes stay as they are.
    func apply(to content: [UInt8]) -> (content: [UInt8], dropped: [Dropped]) {
        var kept: [UInt8] = []
        kept.reserveCapacity(content.count)
        var dropped: [Dropped] = []
        var start = content.startIndex
        var number = 0
        while start < content.endIndex {
            number += 1
            let newline = content[start...].firstIndex(of: UInt8(ascii: "\n"))
            let end = newline.map { $0 + 1 } ?? content.endIndex
            if let key = key(content[start..<(newline ?? content.endIndex)]) {
                dropped.append(Dropped(key: key, line: number))
            } else {
                kept += content[start..<end]
            }
            start = end
        }
        return (kept, dropped)
    }
}
