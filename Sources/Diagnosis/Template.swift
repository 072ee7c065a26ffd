/// What a line has to look like: literal text, and names in braces for what is to be taken out of it.
///
///     You have specified that the package '{package}' should be installed
///
/// ASCII case is ignored. `^` in front: only where a program's own words begin. `$` behind: up to the end of the line.
/// `{name}` takes the shortest text up to what follows, `{name:word}` no white space, `{name:digits}` digits only; `{}` skips
/// any text. Nothing is tried twice, so a line of any content takes a time that its length bounds.
struct Template: Sendable {
    /// What a name in braces takes.
    enum Capture: String, Sendable {
        case any, word, digits
    }

    enum Token: Sendable {
        case literal([UInt8])
        case capture(name: String, kind: Capture)
    }

    /// Where a template fits, and what was taken out.
    struct Match {
        let range: Range<Int>
        let captures: [String: String]
    }

    // A line that repeats the first words for ever must not cost the square of its length.
    private static let mostTries = 16

    let text: String
    let tokens: [Token]
    let isAnchored: Bool
    let isWholeLine: Bool

    init(_ text: String) {
        self.text = text
        var rest = text[...]
        isAnchored = rest.first == "^"
        if isAnchored { rest.removeFirst() }
        isWholeLine = rest.last == "$"
        if isWholeLine { rest.removeLast() }
        var tokens: [Token] = []
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            if open > rest.startIndex { tokens.append(.literal(Self.lower(rest[..<open]))) }
            let parts = rest[rest.index(after: open)..<close].split(separator: ":", omittingEmptySubsequences: false)
            let kind = parts.count > 1 ? Capture(rawValue: String(parts[1])) : .any
            tokens.append(.capture(name: String(parts.first ?? ""), kind: kind ?? .any))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { tokens.append(.literal(Self.lower(rest))) }
        self.tokens = tokens
    }

    /// The longest literal: a line without it cannot fit.
    var needle: [UInt8] {
        tokens.compactMap { token in if case .literal(let text) = token { text } else { nil } }
            .max { $0.count < $1.count } ?? []
    }

    /// The names in braces.
    var names: [String] {
        tokens.compactMap { token in if case .capture(let name, _) = token, !name.isEmpty { name } else { nil } }
    }

    /// Looks whether a line fits.
    func match(_ line: LineView) -> Match? {
        if isAnchored {
            for start in line.starts {
                if let match = match(line, from: start) { return match }
            }
            return nil
        }
        // A word in front of the first literal reaches back to the white space before it.
        var leading: String?
        var literals = tokens[...]
        if case .capture(let name, .word) = tokens.first {
            leading = name
            literals = literals.dropFirst()
        }
        guard case .literal(let first) = literals.first else { return nil }
        var from = 0
        for _ in 0..<Self.mostTries {
            guard let found = Self.find(first, in: line.lower, from: from) else { return nil }
            from = found + 1
            guard var match = match(line, tokens: literals, from: found) else { continue }
            if let leading {
                var start = found
                while start > 0, !ConsoleText.isSpace(line.bytes[start - 1]) { start -= 1 }
                guard start < found else { continue }
                var captures = match.captures
                captures[leading] = String(decoding: line.bytes[start..<found], as: UTF8.self)
                match = Match(range: start..<match.range.upperBound, captures: captures)
            }
            return match
        }
        return nil
    }

    private func match(_ line: LineView, from start: Int) -> Match? { match(line, tokens: tokens[...], from: start) }

    private func match(_ line: LineView, tokens: ArraySlice<Token>, from start: Int) -> Match? {
        var position = start
        var captures: [String: String] = [:]
        for index in tokens.indices {
            switch tokens[index] {
            case .literal(let literal):
                guard line.lower[position...].starts(with: literal) else { return nil }
                position += literal.count
            case .capture(let name, let kind):
                var literal: [UInt8]?
                if index + 1 < tokens.endIndex, case .literal(let next) = tokens[index + 1] { literal = next }
                guard let end = end(of: kind, isNamed: !name.isEmpty, before: literal, line, position) else {
                    return nil
                }
                let taken = ConsoleText.trimmed(line.bytes[position..<end])
                if !name.isEmpty {
                    guard !taken.isEmpty else { return nil }
                    captures[name] = String(decoding: taken, as: UTF8.self)
                }
                position = end
            }
        }
        if isWholeLine, !line.bytes[position...].allSatisfy(ConsoleText.isSpace) { return nil }
        return Match(range: start..<position, captures: captures)
    }

    private func end(of kind: Capture, isNamed: Bool, before literal: [UInt8]?, _ line: LineView, _ start: Int) -> Int?
    {
        var end = start
        switch kind {
        case .digits:
            while end < line.bytes.count, (0x30...0x39).contains(line.bytes[end]) { end += 1 }
            return end > start ? end : nil
        case .word:
            if let literal {
                guard let found = Self.find(literal, in: line.lower, from: start + 1) else { return nil }
                return line.bytes[start..<found].contains(where: ConsoleText.isSpace) ? nil : found
            }
            while end < line.bytes.count, !ConsoleText.isSpace(line.bytes[end]) { end += 1 }
            return end > start ? end : nil
        case .any:
            guard let literal else { return line.bytes.count }
            return Self.find(literal, in: line.lower, from: start + (isNamed ? 1 : 0))
        }
    }

    /// Where a string begins in another, from an index on.
    static func find(_ needle: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first, start >= 0, start <= text.count - needle.count else { return nil }
        var index = start
        while index <= text.count - needle.count {
            if text[index] == first, text[index...].starts(with: needle) { return index }
            index += 1
        }
        return nil
    }

    private static func lower(_ text: Substring) -> [UInt8] { Array(text.lowercased().utf8) }
}
