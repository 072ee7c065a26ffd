import Yams

/// Brings recipes into one form: `imagebake fmt`.
///
/// What a recipe says stays the same, and so do its comments; where that cannot be, it is not touched.
public struct RecipeFormatter: Sendable {
    private let schema: RecipeSchema

    /// Makes a formatter.
    public init() {
        schema = RecipeSchema()
    }

    /// The recipe in that form.
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes.
    ///   - file: Its name, for messages.
    /// - Throws: What keeps it from being YAML, or from being put into another form, with its place; the exit status is 65.
    public func format(_ bytes: [UInt8], file: String) throws(RecipeProblems) -> String {
        let text: String
        do {
            text = try RecipeText(bytes, file: file).text.replacing("\r\n", with: "\n")
        } catch {
            throw RecipeProblems([error])
        }
        let formatted = try once(text, file: file)
        try check(formatted, against: text, file: file)
        return formatted
    }

    private func once(_ text: String, file: String) throws(RecipeProblems) -> String {
        let tree = try YAMLTree(text, file: file)
        guard tree.problems.isEmpty else { throw RecipeProblems(tree.problems) }
        // YAML ends a line at it too, and nobody else does.
        if let line = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .firstIndex(where: { $0.contains("\r") })
        {
            throw refusal("a carriage return without a line feed", at: Place(line: line + 1, column: 1), file: file)
        }
        let trivia = YAMLTrivia(text, tree.root)
        if let (place, name) = trivia.obstacle { throw refusal(name, at: place, file: file) }
        if let (place, name) = Self.obstacle(in: tree.root) { throw refusal(name, at: place, file: file) }
        var writer = FormatWriter(schema: schema)
        return writer.write(FormatTree(tree.root, trivia))
    }

    private func refusal(_ name: String, at place: Place, file: String) -> RecipeProblems {
        RecipeProblems([
            Diagnostic(
                file: file,
                line: place.line,
                column: place.column,
                message: "cannot be formatted: here is \(name)",
                hint: "the file was left as it is",
                code: Diagnostic.notFormattable
            )
        ])
    }

    /// What the tree holds that would not come out as it went in.
    private static func obstacle(in root: Node) -> (Place, String)? {
        var pending = [root]
        while let node = pending.popLast() {
            let tag = node.tag.rawValue
            switch node {
            case .alias: return (node.place, "an alias")
            case .scalar(let scalar):
                if case .tagged = scalar.kind { return (node.place, "a tag") }
            case .sequence(let sequence):
                if !["!append", "!replace", Tag.Name.seq.rawValue].contains(tag) { return (node.place, "a tag") }
                pending += sequence
            case .mapping(let mapping):
                if !["!replace", Tag.Name.map.rawValue].contains(tag) { return (node.place, "a tag") }
                for (key, value) in mapping {
                    guard case .scalar(let scalar) = key else { return (key.place, "a key that is no text") }
                    if scalar.string == "<<", scalar.style == .plain { return (key.place, "a merge key") }
                    // YAML gives up looking for the colon after 1024 bytes.
                    if scalar.string.utf8.count > 1000 { return (key.place, "a key of more than 1000 bytes") }
                    if scalar.string.contains("\n") { return (key.place, "a key of several lines") }
                    pending.append(value)
                }
            }
        }
        return nil
    }

    /// Nothing is given out that says anything else, that lost a comment, or that would look different the next time.
    private func check(_ formatted: String, against text: String, file: String) throws(RecipeProblems) {
        let before = try YAMLTree(text, file: file).root
        var reason = "it would not be YAML any more"
        if let after = try? YAMLTree(formatted, file: file).root {
            let comments = [(text, before), (formatted, after)].map { YAMLTrivia($0, $1).comments.map(\.text) }
            if !isSame(before, after, at: "") {
                reason = "it would say something else"
            } else if comments[0].sorted() != comments[1].sorted() {
                reason = "a comment would be lost"
            } else if (try? once(formatted, file: file)) != formatted {
                reason = "it would look different the next time"
            } else {
                return
            }
        }
        throw refusal("something that is not understood well enough (\(reason))", at: .start, file: file)
    }

    /// Whether two trees say the same: keys in any order, sizes and durations by their values.
    private func isSame(_ left: Node, _ right: Node, at path: String) -> Bool {
        switch (left, right) {
        case (.scalar(let left), .scalar(let right)):
            guard left.kind == right.kind else { return false }
            if left.kind == .nothing { return true }
            if left.kind == .flag { return left.string.lowercased() == right.string.lowercased() }
            let schema = schema.element(at: path) ?? .unknown
            return CanonicalValue.text(of: left.string, in: schema) == CanonicalValue.text(of: right.string, in: schema)
        case (.sequence(let first), .sequence(let second)):
            return left.tag.rawValue == right.tag.rawValue && first.count == second.count
                && zip(first, second).allSatisfy { isSame($0, $1, at: path + "[]") }
        case (.mapping(let first), .mapping(let second)):
            guard left.tag.rawValue == right.tag.rawValue, first.count == second.count else { return false }
            let others = Dictionary(second.map { ($0.key.scalar?.string ?? "", $0.value) }) { first, _ in first }
            return first.allSatisfy { key, value in
                let name = key.scalar?.string ?? ""
                let step = RecipeSchema.mappingsOfNames.contains(path) ? RecipeSchema.anyName : name
                return others[name].map { isSame(value, $0, at: path.isEmpty ? step : "\(path).\(step)") } ?? false
            }
        default: return false
        }
    }
}
