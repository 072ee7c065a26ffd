/// The lines of a file such as passwd(5), shadow(5) or group(5), by the names that they begin with.
struct AccountFile {
    private var lines: [[[UInt8]]]
    private let endsInNewline: Bool
    private static let colon = UInt8(ascii: ":")
    private static let newline = UInt8(ascii: "\n")

    /// One account's line.
    struct Entry {
        let fields: [[UInt8]]

        /// The number in the third field, that of a user in passwd and of a group in group.
        var number: Int? { integer(2) }

        /// A field as a whole number.
        func integer(_ index: Int) -> Int? {
            fields.count > index ? Int(String(decoding: fields[index], as: UTF8.self)) : nil
        }

        /// A field as text.
        func text(_ index: Int) -> String? {
            fields.count > index ? String(validating: fields[index], as: UTF8.self) : nil
        }
    }

    init(_ content: [UInt8]) {
        endsInNewline = content.last == Self.newline || content.isEmpty
        var lines = content.split(separator: Self.newline, omittingEmptySubsequences: false)
        if endsInNewline { lines = lines.dropLast() }
        self.lines = lines.map { line in
            line.split(separator: Self.colon, omittingEmptySubsequences: false).map(Array.init)
        }
    }

    /// The content with its changes; all other bytes are as they were.
    var content: [UInt8] {
        let text = lines.map { Array($0.joined(separator: [Self.colon])) }.joined(separator: [Self.newline])
        return Array(text) + (endsInNewline && !lines.isEmpty ? [Self.newline] : [])
    }

    /// The first line of this name, as the C library finds it.
    subscript(name: String) -> Entry? {
        lines.first { $0.first?.elementsEqual(name.utf8) ?? false }.map(Entry.init)
    }

    /// Sets a field in every line of this name, so that no second one says something else.
    ///
    /// - Returns: Whether there was one.
    mutating func set(_ field: Int, of name: String, to value: String) -> Bool {
        var isFound = false
        for index in lines.indices where lines[index].first?.elementsEqual(name.utf8) ?? false {
            while lines[index].count <= field { lines[index].append([]) }
            lines[index][field] = Array(value.utf8)
            isFound = true
        }
        return isFound
    }

    /// Adds a line.
    mutating func append(_ fields: [String]) {
        lines.append(fields.map { Array($0.utf8) })
    }
}
