/// Netplan's YAML, as far as it names cards by their address.
enum NetplanFile {
    /// Cards are matched by name instead of by address.
    ///
    /// Where a definition matches its card by the address alone, it matches by the name that the card got instead, so that it still
    /// applies: `set-name`, or else the definition's own. Where it matches by more, only the address goes. An address that a card
    /// is to be given would be the same in every clone, and goes.
    ///
    /// By lines: YAML parsers lose comments and order. Nothing but the line of an address is changed.
    static let edit = TextEdit { content in
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        var kept: [[UInt8]] = []
        var dropped: [LineFilter.Dropped] = []
        for (index, line) in lines.enumerated() {
            guard let replacement = replacement(of: index, in: lines) else {
                kept.append(line)
                continue
            }
            dropped.append(LineFilter.Dropped(key: "macaddress", line: index + 1))
            kept += replacement
        }
        return (Array(kept.joined(separator: [UInt8(ascii: "\n")])), dropped)
    }

    /// What comes in the place of a line that has an address, nothing if it goes; nil for a line that stays.
    private static func replacement(of index: Int, in lines: [[UInt8]]) -> [[UInt8]]? {
        guard let entry = entry(lines[index]) else { return nil }
        if entry.key == "match", entry.value.hasPrefix("{") {
            return flow(entry, of: index, in: lines).map { [$0] }
        }
        guard entry.key == "macaddress", isAddress(entry.value) else { return nil }
        guard let parent = parent(of: index, in: lines), parent.entry.key == "match" else { return [] }
        let siblings = children(of: parent.index, in: lines).filter { $0 != index }
        if !siblings.isEmpty { return [] }
        guard let name = name(ofMatch: parent.index, in: lines) else { return nil }
        return [Array((String(repeating: " ", count: entry.indent) + "name: \(name)").utf8)]
    }

    /// `match: {macaddress: "52:54:00:12:34:56"}` in one line.
    private static func flow(_ entry: Entry, of index: Int, in lines: [[UInt8]]) -> [UInt8]? {
        guard entry.value.hasSuffix("}") else { return nil }
        let pairs = entry.value.dropFirst().dropLast().split(separator: ",").map { $0.trimming() }
        let others = pairs.filter { !$0.hasPrefix("macaddress:") }
        guard others.count < pairs.count else { return nil }
        guard let name = name(ofMatch: index, in: lines) else { return nil }
        let inner = others.isEmpty ? "name: \(name)" : others.joined(separator: ", ")
        return Array((String(repeating: " ", count: entry.indent) + "match: {\(inner)}").utf8)
    }

    /// A line `key: value`, in block style.
    private struct Entry {
        let indent: Int
        let key: String
        let value: String
    }

    private static func entry(_ line: [UInt8]) -> Entry? {
        let text = String(decoding: line, as: UTF8.self)
        let indent = text.prefix { $0 == " " }.count
        let body = text.dropFirst(indent)
        guard !body.isEmpty, body.first != "#", let colon = body.firstIndex(of: ":") else { return nil }
        let after = body[body.index(after: colon)...]
        guard after.isEmpty || after.first == " " || after.first == "\r" else { return nil }
        var value = after.trimming()
        if let comment = value.firstRange(of: " #") { value = String(value[..<comment.lowerBound]).trimming() }
        return Entry(indent: indent, key: unquoted(body[..<colon].trimming()), value: value)
    }

    private static func parent(of index: Int, in lines: [[UInt8]]) -> (index: Int, entry: Entry)? {
        guard let indent = entry(lines[index])?.indent else { return nil }
        for above in lines[..<index].indices.reversed() {
            if let candidate = entry(lines[above]), candidate.indent < indent { return (above, candidate) }
        }
        return nil
    }

    private static func children(of index: Int, in lines: [[UInt8]]) -> [Int] {
        guard let indent = entry(lines[index])?.indent else { return [] }
        var children: [Int] = []
        var first: Int?
        for below in lines.indices.dropFirst(index + 1) {
            guard let candidate = entry(lines[below]) else { continue }
            if candidate.indent <= indent { break }
            if first == nil { first = candidate.indent }
            if candidate.indent == first { children.append(below) }
        }
        return children
    }

    /// The name of the card that the definition around this `match` is for.
    private static func name(ofMatch index: Int, in lines: [[UInt8]]) -> String? {
        guard let definition = parent(of: index, in: lines) else { return nil }
        for child in children(of: definition.index, in: lines) {
            if let entry = entry(lines[child]), entry.key == "set-name" { return entry.value }
        }
        return definition.entry.key
    }

    private static func isAddress(_ value: String) -> Bool {
        HardwareAddress.isOne(unquoted(value).utf8)
    }

    private static func unquoted(_ text: String) -> String {
        guard let quote = text.first, quote == "\"" || quote == "'", text.count > 1, text.last == quote else {
            return text
        }
        return String(text.dropFirst().dropLast())
    }
}

extension StringProtocol {
    /// The text without blanks around it.
    fileprivate func trimming() -> String {
        var text = self.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text = text.dropLast() }
        return String(text)
    }
}
