import Yams

/// The types of variables, by the words of `type`.
enum VariableKind: String, CaseIterable {
    case string
    case integer
    case boolean
    case size
    case duration
    case list

    /// What a value must be, to follow "must be".
    var requirement: String {
        switch self {
        case .string: "text"
        case .integer: "a whole number"
        case .boolean: "true or false"
        case .size: "a size such as 10 GiB"
        case .duration: "a duration such as 45m"
        case .list: "a list of texts"
        }
    }

    /// The type of a default that stands without one; nil when no type has such values.
    init?(of node: Node) {
        switch node {
        case .sequence: self = .list
        case .mapping, .alias: return nil
        case .scalar(let scalar):
            switch scalar.kind {
            case .text: self = .string
            case .integer: self = .integer
            case .flag: self = .boolean
            case .decimal, .nothing, .tagged: return nil
            }
        }
    }

    /// Reads a value; reports what is none of this type.
    func read(_ node: Node, at path: String, _ context: ReadingContext) -> VariableValue? {
        guard context.admit(node) else { return nil }
        switch self {
        case .string:
            return Scalars.text(node, path, context, expecting: requirement).map { .text($0) }
        case .integer:
            if case .scalar(let scalar) = node, scalar.kind == .integer, let number = Int(scalar.string) {
                return .integer(number)
            }
        case .boolean:
            if case .scalar(let scalar) = node, scalar.kind == .flag, let flag = Bool(scalar.string.lowercased()) {
                return .flag(flag)
            }
        case .size:
            if let text = text(node), (try? ByteCount(parsing: text)) != nil { return .text(text) }
        case .duration:
            if let text = text(node), Duration(parsing: text) != nil { return .text(text) }
        case .list:
            guard case .sequence(let sequence) = node else { break }
            return .list(
                sequence.enumerated().compactMap { index, item in
                    guard context.admit(item) else { return nil }
                    return Scalars.text(item, "\(path)[\(index)]", context, expecting: "text")
                }
            )
        }
        let found = node.scalar.map { $0.kind == .nothing ? "nothing" : Scalars.shown($0.string) } ?? node.kindInWords
        context.report("'\(path)' must be \(requirement), not \(found)", at: node)
        return nil
    }

    /// A text of the command line or of the environment as a node of this type.
    func node(_ text: String) -> Node {
        switch self {
        case .string, .size, .duration: Node(text, Tag(.str))
        case .integer, .boolean: Node(text)
        case .list:
            Node(
                text.isEmpty
                    ? []
                    : text.split(separator: ",", omittingEmptySubsequences: false).map {
                        Node(String($0), Tag(.str))
                    }
            )
        }
    }

    private func text(_ node: Node) -> String? {
        guard case .scalar(let scalar) = node, scalar.kind == .text else { return nil }
        return scalar.string
    }
}
