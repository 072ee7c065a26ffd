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

    /// Lines whose first word is this one.
    static func firstWord(_ word: String) -> LineFilter {
        LineFilter { line in
            let text = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            return text.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }.elementsEqual(word.utf8)
                ? word : nil
        }
    }

    /// Debian's line of hosts(5) for the host's own name.
    static let localName = LineFilter { firstWord("127.0.1.1").key($0) ?? firstWord("127.0.0.2").key($0) }

    /// Sources of APT on the installer's medium.
    static let discSources = LineFilter { line in
        let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            .map { String(decoding: $0, as: UTF8.self) }
        guard let first = words.first, ["deb", "deb-src"].contains(first) else { return nil }
        return words.dropFirst().contains { $0.hasPrefix("cdrom:") } ? "cdrom" : nil
    }

    /// The content without those lines, and what they were; all other bytes stay as they are.
    func apply(to content: [UInt8]) -> (content: [UInt8], dropped: [Dropped]) {
        var dropped: [Dropped] = []
        let kept = content.replacingLines { line, number in
            guard let key = key(line) else { return .same }
            dropped.append(Dropped(key: key, line: number))
            return .gone
        }
        return (kept, dropped)
    }
}
