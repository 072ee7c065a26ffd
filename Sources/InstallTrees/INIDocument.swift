/// The subset of INI that Python's `configparser` writes and reads, with the line of every entry.
///
/// Comments are whole lines that start with `#` or `;`; a delimiter is the first `=` or `:`; an indented line continues
/// the value before it; keys and section names are case-sensitive here, as productmd writes them. Repeated sections and
/// keys are errors, as in configparser's strict mode. Source: Python's Lib/configparser.py.
struct INIDocument: Sendable, Hashable {
    /// One `key = value`.
    struct Entry: Sendable, Hashable {
        let key: String
        var value: String
        let line: Int
    }

    /// One `[name]` and what is below it.
    struct Section: Sendable, Hashable {
        let name: String
        let line: Int
        var entries: [Entry] = []

        /// The entry of that key, letter case ignored where no key matches exactly.
        subscript(key: String) -> Entry? {
            entries.first { $0.key == key } ?? entries.first { $0.key.lowercased() == key }
        }
    }

    /// A line that is not INI, and why.
    struct SyntaxError: Error {
        let line: Int
        let message: String
    }

    private(set) var sections: [Section] = []

    subscript(name: String) -> Section? { sections.first { $0.name == name } }

    init(parsing text: String) throws(SyntaxError) {
        var number = 0
        for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            try read(raw, number)
        }
    }

    private mutating func read(_ raw: Substring, _ number: Int) throws(SyntaxError) {
        let line = raw.trimmed
        if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { return }
        if raw.first?.isWhitespace == true, let last = sections.last, !last.entries.isEmpty {
            let section = sections.count - 1
            sections[section].entries[last.entries.count - 1].value += "\n" + line
        } else if line.hasPrefix("[") {
            try openSection(line, number)
        } else {
            try addEntry(line, number)
        }
    }

    private mutating func openSection(_ line: String, _ number: Int) throws(SyntaxError) {
        guard line.hasSuffix("]"), line.count > 2 else {
            throw SyntaxError(line: number, message: "a section is written '[name]'")
        }
        let name = String(line.dropFirst().dropLast())
        if let earlier = self[name] {
            throw SyntaxError(line: number, message: "section [\(name)] is already on line \(earlier.line)")
        }
        sections.append(Section(name: name, line: number))
    }

    private mutating func addEntry(_ line: String, _ number: Int) throws(SyntaxError) {
        guard let section = sections.indices.last else {
            throw SyntaxError(line: number, message: "something stands before the first [section]")
        }
        guard let delimiter = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
            throw SyntaxError(line: number, message: "neither a [section] nor 'key = value'")
        }
        let key = line[..<delimiter].trimmed
        guard !key.isEmpty else { throw SyntaxError(line: number, message: "no key before '\(line[delimiter])'") }
        if let earlier = sections[section].entries.first(where: { $0.key == key }) {
            throw SyntaxError(line: number, message: "key '\(key)' is already on line \(earlier.line)")
        }
        let value = line[line.index(after: delimiter)...].trimmed
        sections[section].entries.append(Entry(key: key, value: value, line: number))
    }
}
