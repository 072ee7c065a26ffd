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

    /// Finds a key that stands again, in the same block mapping, after its first place, and gives it a name of its own.
    ///
    /// - Returns: The place of the repetition, or nil when it is not in a block mapping.
    mutating func renameRepetition(of key: String, after first: Place) -> Place? {
        let spellings = ["\(key)", "\"\(key)\"", "'\(key)'"].map { Array($0.unicodeScalars) }
        let start = first.column - 1
        for index in lines.indices.dropFirst(first.line) {
            let line = lines[index]
            let indentation = line.prefix { $0 == " " }.count
            // Blank lines and comments belong to any mapping; a line further left ends this one.
            guard indentation < line.count, line[indentation] != "#", line[indentation] != "\r" else { continue }
            if indentation < start { return nil }
            guard indentation == start else { continue }
            for spelling in spellings where line.dropFirst(start).starts(with: spelling) {
                let rest = line.dropFirst(start + spelling.count).drop { $0 == " " }
                guard rest.first == ":" else { continue }
                let end = start + spelling.count
                renamings += 1
                lines[index].replaceSubrange(start..<end, with: Array("\(Self.renamed)\(renamings)".unicodeScalars))
                return Place(line: index + 1, column: start + 1)
            }
        }
        return nil
    }
}
