import Yams

/// A key with its value, or an item of a list, with the comments that belong to it.
final class FormatEntry {
    /// A line that is not part of the tree.
    enum Trivia: Equatable {
        case comment(String)
        case blank
    }

    /// The key; nil for an item and for the whole.
    let key: Node.Scalar?

    /// The value.
    let value: Node

    /// The path, such as `install.post[].script`.
    let path: String

    /// Where it begins; a list's item begins with its value.
    let place: Place

    /// What it is in; nil for the whole.
    private(set) weak var parent: FormatEntry?

    /// What is in its value, in the order of the text.
    private(set) var children: [FormatEntry] = []

    /// Comments and blank lines above it.
    var leading: [Trivia] = []

    /// The comment in its line.
    var trailing: String?

    /// Comments behind the last of its children.
    var footer: [Trivia] = []

    init(key: Node.Scalar?, value: Node, path: String, parent: FormatEntry?) {
        self.key = key
        self.value = value
        self.path = path
        self.parent = parent
        place = key?.mark.map { Place($0) } ?? value.place
        switch value {
        case .mapping(let mapping):
            children = mapping.map { key, value in
                let isFree = RecipeSchema.mappingsOfNames.contains(path)
                let name = isFree ? RecipeSchema.anyName : key.scalar?.string ?? ""
                return FormatEntry(
                    key: key.scalar,
                    value: value,
                    path: path.isEmpty ? name : "\(path).\(name)",
                    parent: self
                )
            }
        case .sequence(let sequence):
            children = sequence.map { FormatEntry(key: nil, value: $0, path: path + "[]", parent: self) }
        case .scalar, .alias: break
        }
    }

    /// The column at which its line would begin were it in block style: an item's dash is two to the left.
    var column: Int { key == nil && parent != nil ? max(1, place.column - 2) : place.column }

    /// All entries below it in the order of the text.
    var descendants: [FormatEntry] { children.flatMap { [$0] + $0.descendants } }

    /// Whether its value is written within brackets.
    var isFlow: Bool {
        switch value {
        case .mapping(let mapping): mapping.style == .flow
        case .sequence(let sequence): sequence.style == .flow
        case .scalar, .alias: false
        }
    }

    /// Whether it, or something in it, has a comment.
    var hasComments: Bool {
        trailing != nil || children.contains { $0.hasInnerComments } || footer.contains { $0 != .blank }
    }

    private var hasInnerComments: Bool { leading.contains { $0 != .blank } || hasComments }
}
