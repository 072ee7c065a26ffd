import Yams

extension Node {
    /// The node at an index of a list; the node itself when there is none.
    func element(_ index: Int) -> Node {
        guard case .sequence(let sequence) = self, sequence.indices.contains(index) else { return self }
        return sequence[index]
    }

    /// What the node is, in words that a message can use.
    var kindInWords: String {
        switch self {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        case .scalar(let scalar):
            switch scalar.kind {
            case .text: "text"
            case .integer, .decimal: "a number"
            case .flag: "true or false"
            case .nothing: "nothing"
            case .tagged(let tag): "a value with the tag \(Quoted(tag))"
            }
        }
    }
}

extension Node.Scalar {
    /// What a scalar is by its form and tag.
    enum Kind: Equatable {
        case text
        case integer
        case decimal
        case flag
        case nothing
        case tagged(String)
    }

    /// What the scalar is.
    ///
    /// YAML 1.1 also calls `yes`, `no`, `on` and `off` flags, and it is YAML 1.1 that other tools read; so none of them is text
    /// here without quotes.
    var kind: Kind {
        switch Node.scalar(self).tag.rawValue {
        case Tag.Name.str.rawValue, Tag.Name.timestamp.rawValue, Tag.Name.value.rawValue, Tag.Name.merge.rawValue:
            .text
        case Tag.Name.int.rawValue: .integer
        case Tag.Name.float.rawValue: .decimal
        case Tag.Name.bool.rawValue: .flag
        case Tag.Name.null.rawValue: .nothing
        case let other: .tagged(other)
        }
    }
}
