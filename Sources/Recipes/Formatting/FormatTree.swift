import Yams

/// A recipe's tree in which every comment has found what it belongs to.
struct FormatTree {
    /// The whole.
    let root: FormatEntry

    /// What stands above the first key.
    private(set) var header: [FormatEntry.Trivia] = []

    private let entries: [FormatEntry]

    init(_ node: Node, _ trivia: YAMLTrivia) {
        root = FormatEntry(key: nil, value: node, path: "", parent: nil)
        entries = root.descendants
        attachTrailing(trivia)
        attachLeading(trivia)
    }

    /// A comment behind something belongs to what its line is about.
    private func attachTrailing(_ trivia: YAMLTrivia) {
        let byLine = Dictionary(grouping: entries, by: \.place.line)
        for comment in trivia.comments where !comment.isAlone {
            let here = (byLine[comment.place.line] ?? []).filter { $0.place.column < comment.place.column }
            let owner =
                here.last { !isWithinShortFlow($0, comment.place.line) }
                ?? entries.last { ($0.place.line, $0.place.column) < (comment.place.line, comment.place.column) }
            guard let owner else { continue }
            if owner.trailing == nil {
                owner.trailing = comment.text
            } else {
                owner.leading.append(.comment(comment.text))
            }
        }
    }

    /// Whether an entry stands in brackets that are closed in the same line.
    private func isWithinShortFlow(_ entry: FormatEntry, _ line: Int) -> Bool {
        var outer = entry.parent
        while let collection = outer, collection.place.line == line || collection.isFlow {
            if collection.isFlow, collection.place.line == line,
                !collection.descendants.contains(where: { $0.place.line > line })
            {
                return true
            }
            outer = collection.parent
        }
        return false
    }

    /// Comments above something belong to it, but for those that are indented deeper: they end what stands above them.
    private mutating func attachLeading(_ trivia: YAMLTrivia) {
        let alone = Dictionary(trivia.comments.filter(\.isAlone).map { ($0.place.line, $0) }) { first, _ in first }
        var firsts: [Int: FormatEntry] = [:]
        for entry in entries where firsts[entry.place.line] == nil { firsts[entry.place.line] = entry }
        var run: [(trivia: FormatEntry.Trivia, column: Int)] = []
        var previous: FormatEntry?
        let last = ([0] + trivia.blankLines + alone.keys + firsts.keys + entries.map(\.place.line)).max() ?? 0
        var next = 0
        for line in 1...max(1, last) {
            if let comment = alone[line] {
                run.append((.comment(comment.text), comment.place.column))
            } else if trivia.blankLines.contains(line) {
                if run.last?.trivia != .blank { run.append((.blank, 0)) }
            } else if let entry = firsts[line] {
                hand(run, between: previous, and: entry)
                run = []
            }
            // What stands below a block of text follows the last entry that begins above it.
            while next < entries.count, entries[next].place.line <= line {
                previous = entries[next]
                next += 1
            }
        }
        hand(run, between: previous, and: nil)
    }

    private mutating func hand(
        _ run: [(trivia: FormatEntry.Trivia, column: Int)],
        between previous: FormatEntry?,
        and next: FormatEntry?
    ) {
        guard let previous else {
            header = run.map(\.trivia)
            return
        }
        var rest = run[...]
        let column = next?.column ?? 1
        // A blank line ends nothing: it goes where the comment below it goes.
        while let index = rest.firstIndex(where: { $0.trivia != .blank }), rest[index].column > column,
            let owner = collection(of: previous, at: rest[index].column)
        {
            owner.footer += rest[...index].map(\.trivia)
            rest = rest[(index + 1)...]
        }
        if let next { next.leading += rest.map(\.trivia) } else { root.footer += rest.map(\.trivia) }
    }

    /// The innermost collection that is still open at a column below an entry.
    private func collection(of entry: FormatEntry, at column: Int) -> FormatEntry? {
        var candidate: FormatEntry? = entry
        while let inner = candidate, inner.parent != nil, inner.column > column || inner.parent?.isFlow ?? false {
            candidate = inner.parent
        }
        return candidate?.parent
    }
}
