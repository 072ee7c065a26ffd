import Yams

/// The comments and blank lines of a YAML text, which its tree does not have.
///
/// A `#` begins a comment unless it is in a scalar. The tree tells where each scalar begins and what is in it, so where it ends
/// is found by reading along; what is left between scalars are indicators, comments and blanks.
struct YAMLTrivia {
    /// A comment.
    struct Comment {
        let place: Place

        /// The comment with its `#`, without blanks at its end.
        let text: String

        /// Whether nothing stands before it in its line.
        let isAlone: Bool
    }

    /// The comments in their order.
    private(set) var comments: [Comment] = []

    /// The lines that hold nothing, outside of scalars.
    private(set) var blankLines: Set<Int> = []

    /// Where something stands that a formatted text would not have: an anchor, an alias, a merge key, a directive.
    private(set) var obstacle: (place: Place, name: String)?

    private let lines: [[Unicode.Scalar]]
    private var covered: [[ClosedRange<Int>]]

    /// Finds them.
    ///
    /// - Parameters:
    ///   - text: A YAML text with `\n` at the ends of its lines.
    ///   - root: Its tree.
    init(_ text: String, _ root: Node) {
        lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
        covered = Array(repeating: [], count: lines.count)
        var pending = [root]
        while let node = pending.popLast() {
            switch node {
            case .scalar(let scalar): cover(scalar)
            case .sequence(let sequence): pending += sequence
            case .mapping(let mapping): for (key, value) in mapping { pending += [key, value] }
            case .alias(let alias): obstacle = obstacle ?? (alias.mark.map { Place($0) } ?? .start, "an alias")
            }
        }
        for index in lines.indices { scan(index) }
    }

    private mutating func scan(_ index: Int) {
        let line = lines[index]
        var column = 0
        var isEmpty = true
        while column < line.count {
            if let range = covered[index].first(where: { $0.contains(column) }) {
                column = range.upperBound + 1
                isEmpty = false
                continue
            }
            let scalar = line[column]
            let startsToken = column == 0 || " \t[{,:-?".unicodeScalars.contains(line[column - 1])
            if scalar == "#", column == 0 || line[column - 1] == " " || line[column - 1] == "\t" {
                var text = String(String.UnicodeScalarView(line[column...]))
                while text.last?.isWhitespace ?? false { text.removeLast() }
                comments.append(
                    Comment(place: Place(line: index + 1, column: column + 1), text: text, isAlone: isEmpty)
                )
                return
            }
            if startsToken,
                let name = Self.obstacle(scalar, next: column + 1 < line.count ? line[column + 1] : nil, column)
            {
                obstacle = obstacle ?? (Place(line: index + 1, column: column + 1), name)
            }
            isEmpty = isEmpty && (scalar == " " || scalar == "\t")
            column += 1
        }
        if isEmpty, covered[index].isEmpty { blankLines.insert(index + 1) }
    }

    private static func obstacle(_ scalar: Unicode.Scalar, next: Unicode.Scalar?, _ column: Int) -> String? {
        switch scalar {
        case "&": "an anchor"
        case "*": "an alias"
        case "?" where next == " " || next == nil: "a key after '?'"
        case "%" where column == 0: "a directive"
        default: nil
        }
    }

    /// Marks what a scalar is made of.
    private mutating func cover(_ scalar: Node.Scalar) {
        guard let mark = scalar.mark else { return }
        var line = mark.line - 1
        var column = mark.column - 1
        guard lines.indices.contains(line) else { return }
        skipProperties(&line, &column)
        switch scalar.style {
        case .literal, .folded: coverBlock(after: line)
        case .doubleQuoted, .singleQuoted: coverQuoted(line, column, quote: scalar.style == .singleQuoted ? "'" : "\"")
        default: coverPlain(Array(scalar.string.unicodeScalars), line, column)
        }
    }

    /// A tag or an anchor before a scalar belongs to it, says the parser.
    private func skipProperties(_ line: inout Int, _ column: inout Int) {
        while column < lines[line].count, "!&".unicodeScalars.contains(lines[line][column]) {
            while column < lines[line].count, lines[line][column] != " " { column += 1 }
            while column < lines[line].count, lines[line][column] == " " { column += 1 }
        }
    }

    private mutating func coverBlock(after header: Int) {
        var content: Int?
        for index in (header + 1)..<max(header + 1, lines.count) {
            let spaces = lines[index].prefix { $0 == " " }.count
            if spaces == lines[index].count {
                // Blank lines before and within the content are part of it; those behind it are taken back below.
                covered[index].append(0...max(0, spaces))
                continue
            }
            if content == nil { content = spaces > parentIndentation(of: header) ? spaces : nil }
            guard let content, spaces >= content else {
                uncoverBlanks(before: index)
                return
            }
            covered[index].append(0...lines[index].count)
        }
        uncoverBlanks(before: lines.count)
    }

    private func parentIndentation(of header: Int) -> Int {
        let line = lines[header]
        let start = line.prefix { $0 == " " }.count
        // A dash moves the mapping behind it to the right, but a block only has to be deeper than the dash.
        return start
    }

    private mutating func uncoverBlanks(before end: Int) {
        var index = end - 1
        while index >= 0, lines[index].allSatisfy({ $0 == " " }), !covered[index].isEmpty {
            covered[index] = []
            index -= 1
        }
    }

    private mutating func coverQuoted(_ line: Int, _ column: Int, quote: Unicode.Scalar) {
        var (line, column) = (line, column)
        guard column < lines[line].count, lines[line][column] == quote else { return }
        var start = column
        column += 1
        while line < lines.count {
            while column < lines[line].count {
                let scalar = lines[line][column]
                if scalar == "\\", quote == "\"" {
                    column += 2
                } else if scalar == quote {
                    if quote == "'", column + 1 < lines[line].count, lines[line][column + 1] == "'" {
                        column += 2
                        continue
                    }
                    covered[line].append(start...column)
                    return
                } else {
                    column += 1
                }
            }
            covered[line].append(start...max(start, lines[line].count))
            (line, column, start) = (line + 1, 0, 0)
        }
    }

    private mutating func coverPlain(_ text: [Unicode.Scalar], _ line: Int, _ column: Int) {
        guard !text.isEmpty else { return }
        var (line, column, start) = (line, column, column)
        var position = 0
        while position < text.count, line < lines.count {
            if column < lines[line].count, lines[line][column] == text[position] {
                column += 1
                position += 1
                continue
            }
            // The line was folded: whatever blanks stand here are one space, or the line breaks that the text has.
            guard text[position] == " " || text[position] == "\n" else { return }
            if column > start { covered[line].append(start...(column - 1)) }
            while position < text.count, text[position] == "\n" || text[position] == " " { position += 1 }
            line += 1
            while line < lines.count, lines[line].allSatisfy({ $0 == " " || $0 == "\t" }) {
                covered[line].append(0...lines[line].count)
                line += 1
            }
            guard line < lines.count else { return }
            column = lines[line].prefix { $0 == " " || $0 == "\t" }.count
            start = column
        }
        if column > start, line < lines.count { covered[line].append(start...(column - 1)) }
    }
}
