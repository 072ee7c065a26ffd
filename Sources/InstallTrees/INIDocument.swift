/// The subset of INI that Python's `configparser` writes and reads, with the line of every entry.
///
/// Comments are whole lines that start with `#` or `;`; a delimiter is the first `=` or `:`; an indented line continues
/// the value before it; keys and section names are case-sensitive here, as productmd writes them. Repeated sections and
/// keys are errors, as in configparser's strict mode. Source: Python's Lib/configparser.py.
///
/// The limits are far above any real treeinfo (the largest have some hundred lines) and keep a hostile one cheap.
struct INIDocument: Sendable, Hashable {
    /// One `key = value`.
    struct Entry: Sendable, Hashable {
        let key: String
        fileprivate(set) var value: String
        let line: Int
        /// Of the key, in characters, from 1.
        let column: Int
        /// Of the value, in characters, from 1.
        let valueColumn: Int
    }

    /// One `[name]` and what is below it.
    struct Section: Sendable, Hashable {
        let name: String
        let line: Int
        private(set) var entries: [Entry] = []
        private var index: [String: Int] = [:]

        init(name: String, line: Int) {
            self.name = name
            self.line = line
        }

        /// The entry of that key, letter case ignored where no key matches exactly.
        subscript(key: String) -> Entry? {
            index[key].map { entries[$0] } ?? entries.first { $0.key.lowercased() == key }
        }

        /// Adds an entry; where the key is there already nothing is added and the earlier entry comes back.
        fileprivate mutating func add(_ entry: Entry) -> Entry? {
            if let earlier = index[entry.key] { return entries[earlier] }
            index[entry.key] = entries.count
            entries.append(entry)
            return nil
        }

        fileprivate mutating func continueLast(_ line: String) { entries[entries.count - 1].value += "\n" + line }
    }

    /// A line that is not INI, and why.
    struct SyntaxError: Error {
        let line: Int
        var column = 1
        let message: String
    }

    static let maximumSections = 1000
    static let maximumLines = 20_000
    /// In bytes.
    static let maximumLineLength = 8192

    private(set) var sections: [Section] = []
    private var index: [String: Int] = [:]

    /// The section of that name.
    subscript(name: String) -> Section? { index[name].map { sections[$0] } }

    init(parsing text: String) throws(SyntaxError) {
        var number = 0
        // Bytes rather than characters: a newline is CR, LF or both, and nothing else, as configparser has it.
        var rest = Array(text.utf8)[...]
        while true {
            number += 1
            let end = rest.firstIndex { $0 == 10 || $0 == 13 } ?? rest.endIndex
            guard number <= Self.maximumLines else {
                throw SyntaxError(line: number, message: "more than \(Self.maximumLines) lines")
            }
            guard end - rest.startIndex <= Self.maximumLineLength else {
                throw SyntaxError(line: number, message: "the line is longer than \(Self.maximumLineLength) bytes")
            }
            try read(String(decoding: rest[..<end], as: UTF8.self), number)
            guard end < rest.endIndex else { return }
            let isPair = rest[end] == 13 && end + 1 < rest.endIndex && rest[end + 1] == 10
            rest = rest[(end + (isPair ? 2 : 1))...]
        }
    }

    private mutating func read(_ raw: String, _ number: Int) throws(SyntaxError) {
        let line = raw.trimmed
        if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { return }
        if raw.first?.isWhitespace == true, let last = sections.indices.last, !sections[last].entries.isEmpty {
            sections[last].continueLast(line)
        } else if line.hasPrefix("[") {
            try openSection(line, number, column(of: raw))
        } else {
            try addEntry(line, number, column(of: raw))
        }
    }

    /// Where the text of a line begins.
    private func column(of raw: String) -> Int { raw.prefix { $0.isWhitespace }.count + 1 }

    private mutating func openSection(_ line: String, _ number: Int, _ column: Int) throws(SyntaxError) {
        guard line.hasSuffix("]"), line.count > 2 else {
            throw SyntaxError(line: number, column: column, message: "a section is written '[name]'")
        }
        let name = String(line.dropFirst().dropLast())
        if let earlier = self[name] {
            let message = "section [\(name)] is already on line \(earlier.line)"
            throw SyntaxError(line: number, column: column, message: message)
        }
        guard sections.count < Self.maximumSections else {
            throw SyntaxError(line: number, column: column, message: "more than \(Self.maximumSections) sections")
        }
        index[name] = sections.count
        sections.append(Section(name: name, line: number))
    }

    private mutating func addEntry(_ line: String, _ number: Int, _ column: Int) throws(SyntaxError) {
        guard let section = sections.indices.last else {
            let message = "something stands before the first [section]"
            throw SyntaxError(line: number, column: column, message: message)
        }
        guard let delimiter = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
            throw SyntaxError(line: number, column: column, message: "neither a [section] nor 'key = value'")
        }
        let key = line[..<delimiter].trimmed
        guard !key.isEmpty else {
            throw SyntaxError(line: number, column: column, message: "no key before '\(line[delimiter])'")
        }
        let rest = line[line.index(after: delimiter)...]
        let before = line.distance(from: line.startIndex, to: rest.startIndex) + rest.prefix { $0.isWhitespace }.count
        let entry = Entry(
            key: key,
            value: rest.trimmed,
            line: number,
            column: column,
            valueColumn: column + before
        )
        if let earlier = sections[section].add(entry) {
            let message = "key '\(key)' is already on line \(earlier.line)"
            throw SyntaxError(line: number, column: column, message: message)
        }
    }
}
