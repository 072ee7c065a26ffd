/// The lines of a YAML text, for what the parser does not tell.
struct YAMLLines {
    /// How a renamed key begins: a character for private use, which no key of a recipe has.
    static let renamed: Unicode.Scalar = "\u{E000}"

    private var lines: [[Unicode.Scalar]]
    private var renamings = 0

    init(_ text: String) {
        lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    }

    /// The text with the renamings so far.
    var text: String {
        var text = String.UnicodeScalarView()
        for (index, line) in lines.enumerated() {
            if index > 0 { text.append("\n") }
            text.append(contentsOf: line)
        }
        return String(text)
    }

    /// The line, counted from 1, that indents with a tab, at or next to the given one, and the column of the tab.
    func tabIndentation(near line: Int) -> Place? {
        for candidate in [line, line - 1, line + 1] where lines.indices.contains(candidate - 1) {
            let indentation = lines[candidate - 1].prefix { $0 == " " || $0 == "\t" }
            if let column = indentation.firstIndex(of: "\t") { return Place(line: candidate, column: column + 1) }
        }
        return nil
    }

    /// Whether the line, counted from 1, or the one before it refers to a variable.
    func hasReference(near line: Int) -> Bool {
        [line, line - 1].contains { candidate in
            lines.indices.contains(candidate - 1)
                && String(String.UnicodeScalarView(lines[candidate - 1])).contains("${{")
        }
    }

    /// Finds the keys that stand again in the block mapping that has a key at the given place, and gives each a name of its own.
    ///
    /// - Returns: The places of the repetitions with the lines of the first ones; none when the mapping is not in block style.
    mutating func renameRepetitions(of keys: Set<String>, around place: Place) -> [Repetition] {
        let start = place.column - 1
        var firstLines: [String: Int] = [:]
        var repetitions: [Repetition] = []
        for index in mapping(around: place) {
            guard let (key, range) = key(in: lines[index], at: start), keys.contains(key) else { continue }
            guard let first = firstLines[key] else {
                firstLines[key] = index + 1
                continue
            }
            renamings += 1
            lines[index].replaceSubrange(range, with: Array("\(Self.renamed)\(renamings)".unicodeScalars))
            repetitions.append(Repetition(key: key, place: Place(line: index + 1, column: place.column), first: first))
        }
        return repetitions
    }

    /// The indices of the lines of the block mapping that has a key at the given place.
    private func mapping(around place: Place) -> Range<Int> {
        let start = place.column - 1
        var first = place.line - 1
        // The first key may stand behind the dash of a list, in a line that begins further left.
        while first > 0, indentation(of: lines[first]).map({ $0 >= start }) ?? true { first -= 1 }
        var end = place.line
        while end < lines.count, indentation(of: lines[end]).map({ $0 >= start }) ?? true { end += 1 }
        return first..<end
    }

    /// The number of spaces before a line's text; nil for blank lines and comments, which belong to any mapping.
    private func indentation(of line: [Unicode.Scalar]) -> Int? {
        let spaces = line.prefix { $0 == " " }.count
        return spaces == line.count || line[spaces] == "#" || line[spaces] == "\r" ? nil : spaces
    }

    /// The key that begins at a column of a line, and where it stands, quotes included.
    private func key(in line: [Unicode.Scalar], at start: Int) -> (key: String, range: Range<Int>)? {
        guard start < line.count, line[..<start].allSatisfy({ " -?".unicodeScalars.contains($0) }) else { return nil }
        let quote = line[start] == "\"" || line[start] == "'" ? line[start] : nil
        let text = start + (quote == nil ? 0 : 1)
        guard let end = line[text...].firstIndex(where: { $0 == quote ?? ":" }) else { return nil }
        var key = line[text..<end]
        while quote == nil, key.last == " " { key.removeLast() }
        return (String(String.UnicodeScalarView(key)), start..<(quote == nil ? key.endIndex : end + 1))
    }
}

extension YAMLLines {
    /// A key that stands in its mapping again.
    struct Repetition {
        let key: String
        let place: Place

        /// The line in which it stands first.
        let first: Int
    }
}
