import Yams

/// The tags that say how an inherited value and the recipe's own go together.
enum MergeTag {
    /// `!replace`: what is inherited is forgotten.
    static let replace = "!replace"

    /// `!append`: what is inherited comes first.
    static let append = "!append"

    /// How the tags begin that no recipe may have.
    static let ownPrefix = "!imagebake-"

    /// Not for recipes: a value that `~` removed, on the way through several bases.
    static let removed = "!imagebake-removed"

    /// Not for recipes: an item that must be a list, for it stood where the whole list stands.
    static let spliced = "!imagebake-spliced"

    /// Whether a list or a mapping may have its tag.
    static func isKnown(of node: Node) -> Bool {
        switch node {
        case .sequence: [replace, append, Tag.Name.seq.rawValue].contains(node.tag.rawValue)
        case .mapping: [replace, Tag.Name.map.rawValue].contains(node.tag.rawValue)
        case .scalar, .alias: true
        }
    }
}
