import Yams

/// Writes a recipe in the one form that `imagebake fmt` knows.
///
/// Mappings and lists go over several lines. On one line stand: a list of scalars that fits; the mappings of a list, when each of
/// them has several keys, all scalars, and fits; a mapping below a section with nothing in it but one scalar; what is empty.
struct FormatWriter {
    /// The width of a line that is not made longer by putting more into it.
    static let width = 100

    private static let order = Dictionary(KeyDocumentation.all.enumerated().map { ($1.path, $0) }) { first, _ in first }

    private let schema: RecipeSchema
    private var lines: [String] = []

    init(schema: RecipeSchema) {
        self.schema = schema
    }

    /// The text of a recipe.
    mutating func write(_ tree: FormatTree) -> String {
        // A blank line at the end is that of nothing; one of a text's own stays.
        while tree.root.footer.last == .blank { tree.root.footer.removeLast() }
        write(tree.header, indentation: 0, isFirst: true)
        if tree.root.children.isEmpty {
            lines.append(flow(tree.root) ?? "{}")
        } else {
            writeChildren(of: tree.root, indentation: 0, isDocument: !tree.header.isEmpty)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func writeChildren(of entry: FormatEntry, indentation: Int, isDocument: Bool = false) {
        let children = Self.ordered(entry)
        let isMappingList =
            !children.isEmpty
            && children.allSatisfy { child in
                child.value.mapping != nil && child.children.count > 1
                    && child.children.allSatisfy { $0.value.scalar != nil }
            }
        let isFlat =
            isMappingList
            && children.allSatisfy { child in
                flowLine(child, indentation: indentation + 2) != nil && !child.children.contains { $0.hasOwnComments }
                    && child.footer.allSatisfy { $0 == .blank }
            }
        for (index, child) in children.enumerated() {
            write(child.leading, indentation: indentation, isFirst: index == 0)
            if child.key == nil {
                writeItem(child, indentation: indentation, isFlat: isFlat)
            } else {
                writePair(child, indentation: indentation)
            }
        }
        write(entry.footer, indentation: indentation, isFirst: false)
    }

    private mutating func write(_ trivia: [FormatEntry.Trivia], indentation: Int, isFirst: Bool) {
        for item in trivia {
            switch item {
            case .comment(let text): lines.append(String(repeating: " ", count: indentation) + text)
            case .blank: if !lines.isEmpty, lines.last != "", !(isFirst && indentation > 0) { lines.append("") }
            }
        }
    }

    private mutating func writePair(_ entry: FormatEntry, indentation: Int) {
        guard let key = entry.key else { return }
        let start = String(repeating: " ", count: indentation) + ScalarText.line(key, isInFlow: false) + ":"
        writeValue(of: entry, after: start, indentation: indentation)
    }

    private mutating func writeItem(_ entry: FormatEntry, indentation: Int, isFlat: Bool) {
        let dash = String(repeating: " ", count: indentation) + "-"
        guard case .mapping = entry.value, !entry.children.isEmpty, tag(of: entry.value) == nil else {
            writeValue(of: entry, after: dash, indentation: indentation)
            return
        }
        if isFlat, let text = flow(entry) {
            lines.append("\(dash) \(text)" + (entry.trailing.map { " \($0)" } ?? ""))
            return
        }
        // The first key stands behind the dash; what is above it goes above the dash.
        if let trailing = entry.trailing { lines.append(String(repeating: " ", count: indentation) + trailing) }
        if let first = Self.ordered(entry).first {
            write(first.leading.filter { $0 != .blank }, indentation: indentation, isFirst: true)
            first.leading = []
        }
        let begin = lines.count
        writeChildren(of: entry, indentation: indentation + 2)
        if begin < lines.count { lines[begin] = "\(dash) " + lines[begin].dropFirst(indentation + 2) }
    }

    private mutating func writeValue(of entry: FormatEntry, after start: String, indentation: Int) {
        let tag = tag(of: entry.value).map { " \($0)" } ?? ""
        let note = entry.trailing.map { " \($0)" } ?? ""
        switch entry.value {
        case .alias: break
        case .scalar(let scalar):
            if let block = ScalarText.block(canonical(scalar, at: entry.path)), scalar.kind == .text {
                lines.append("\(start) \(block[0])\(note)")
                lines += block.dropFirst().map { $0.isEmpty ? "" : String(repeating: " ", count: indentation + 2) + $0 }
            } else {
                lines.append("\(start) \(text(scalar, at: entry.path, isInFlow: false))\(note)")
            }
        case .mapping, .sequence:
            let isFlat = entry.children.isEmpty || (fits(entry) && !entry.children.contains { $0.hasOwnComments })
            if isFlat, entry.footer.allSatisfy({ $0 == .blank }), let text = flow(entry),
                entry.children.isEmpty || start.count + tag.count + 1 + text.count <= Self.width
            {
                lines.append("\(start)\(tag) \(text)\(note)")
                return
            }
            lines.append("\(start)\(tag)\(note)")
            writeChildren(of: entry, indentation: indentation + 2)
        }
    }

    /// Whether a collection is one that stands in a line where there is room.
    private func fits(_ entry: FormatEntry) -> Bool {
        switch entry.value {
        case .sequence: entry.children.allSatisfy { $0.value.scalar != nil }
        case .mapping: entry.children.count == 1 && entry.path.contains(".") && entry.children[0].value.scalar != nil
        case .scalar, .alias: false
        }
    }

    private func flowLine(_ entry: FormatEntry, indentation: Int) -> String? {
        guard let text = flow(entry), text.count + indentation <= Self.width else { return nil }
        return text
    }

    /// A value within brackets; nil where it cannot be.
    private func flow(_ entry: FormatEntry) -> String? {
        switch entry.value {
        case .alias: return nil
        case .scalar(let scalar):
            return scalar.kind == .text && scalar.string.contains("\n")
                ? nil : text(scalar, at: entry.path, isInFlow: true)
        case .sequence:
            var items: [String] = []
            for child in entry.children {
                guard let text = flow(child), tag(of: child.value) == nil else { return nil }
                items.append(text)
            }
            return "[" + items.joined(separator: ", ") + "]"
        case .mapping:
            var items: [String] = []
            for child in Self.ordered(entry) {
                guard let key = child.key, let text = flow(child), tag(of: child.value) == nil else { return nil }
                items.append("\(ScalarText.line(key, isInFlow: true)): \(text)")
            }
            return "{" + items.joined(separator: ", ") + "}"
        }
    }

    private func text(_ scalar: Node.Scalar, at path: String, isInFlow: Bool) -> String {
        let text = canonical(scalar, at: path)
        guard text != scalar.string else { return ScalarText.line(scalar, isInFlow: isInFlow) }
        return ScalarText.line(.init(text, Tag(.str), .any), isInFlow: isInFlow)
    }

    /// The text of a scalar; of a size or a duration in its shortest form.
    private func canonical(_ scalar: Node.Scalar, at path: String) -> String {
        guard scalar.kind == .text, let schema = schema.element(at: path) else { return scalar.string }
        return CanonicalValue.text(of: scalar.string, in: schema)
    }

    private func tag(of node: Node) -> String? {
        let tag = node.tag.rawValue
        return tag.hasPrefix("!") && node.scalar == nil ? tag : nil
    }

    /// The keys of a mapping in the order of the documentation, those that are not in it last; the items of a list as they are.
    private static func ordered(_ entry: FormatEntry) -> [FormatEntry] {
        guard case .mapping = entry.value else { return entry.children }
        return entry.children.enumerated().sorted { left, right in
            let (first, second) = (order[left.element.path] ?? .max, order[right.element.path] ?? .max)
            return (first, left.offset) < (second, right.offset)
        }
        .map(\.element)
    }
}

extension FormatEntry {
    /// Whether a comment stands above it or in its line.
    fileprivate var hasOwnComments: Bool { trailing != nil || leading.contains { $0 != .blank } || hasComments }
}
