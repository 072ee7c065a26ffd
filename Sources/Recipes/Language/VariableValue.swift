import Yams

/// The value of a variable.
enum VariableValue: Hashable {
    case text(String)
    case integer(Int)
    case flag(Bool)
    case list([String])

    /// The value inside a text; nil for a list.
    var inText: String? {
        switch self {
        case .text(let text): text
        case .integer(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        case .list: nil
        }
    }

    /// The texts in it.
    var texts: [String] {
        if case .list(let items) = self { return items }
        return inText.map { [$0] } ?? []
    }

    /// The value as a node in place of another one.
    func node(inPlaceOf scalar: Node.Scalar) -> Node {
        switch self {
        case .text(let text): Self.node(text, .str, scalar)
        case .integer(let number): Self.node("\(number)", .int, scalar)
        case .flag(let flag): Self.node("\(flag)", .bool, scalar)
        case .list(let items):
            .sequence(.init(items.map { Self.node($0, .str, scalar) }, Tag(.seq), .any, scalar.mark))
        }
    }

    private static func node(_ text: String, _ tag: Tag.Name, _ scalar: Node.Scalar) -> Node {
        .scalar(.init(text, Tag(tag), scalar.style, scalar.mark))
    }
}
