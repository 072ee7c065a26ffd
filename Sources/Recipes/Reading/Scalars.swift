import Yams

/// What the readers of scalars share.
enum Scalars {
    /// The text of a node, or nil, with a report, when it is something else.
    static func text(_ node: Node, _ path: String, _ context: ReadingContext, expecting expected: String) -> String? {
        guard case .scalar(let scalar) = node else {
            context.report("'\(path)' must be text, not \(node.kindInWords)", at: node)
            return nil
        }
        switch scalar.kind {
        case .text:
            return scalar.string
        case .nothing:
            context.report("'\(path)' has no value; it must be \(expected)", at: node)
        case .tagged(let tag):
            context.report("the tag \(Quoted(tag)) of '\(path)' is not supported", at: node)
        case .integer, .decimal, .flag:
            let hint = "put it in quotes: \"\(scalar.string)\""
            context.report("'\(path)' must be text, not \(node.kindInWords)", at: node, hint: hint)
        }
        return nil
    }

    /// Whether a character ends a line for some reader, or would not be seen.
    static func breaksLines(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// A refused text for a message; a URL that may hold a password is not shown.
    static func shown(_ text: String) -> String {
        text.contains("@") && text.contains("://") ? "a URL with '@' (not shown)" : Quoted(text).description
    }
}
