import Yams

/// Makes a tree fit to be merged with another: `<<` is resolved, and characters that mean something only here are refused.
struct TreeFlattener {
    let context: ReadingContext
    let budget: NodeBudget

    /// Whether keys were renamed because they were repeated.
    let hasRenamedKeys: Bool

    func flatten(_ node: Node) throws(RecipeProblems) -> Node {
        try budget.visit(node)
        if node.tag.rawValue.hasPrefix(MergeTag.ownPrefix) {
            context.report("the tag \(Quoted(node.tag.rawValue)) is not supported", at: node)
        }
        switch node {
        case .alias: return node
        case .scalar(let scalar):
            refusePrivateCharacters(in: scalar.string, at: node)
            return node
        case .sequence(let sequence):
            var items: [Node] = []
            for item in sequence { items.append(try flatten(item)) }
            return .sequence(.init(items, sequence.tag, sequence.style, sequence.mark))
        case .mapping(let mapping):
            return .mapping(.init(try pairs(of: mapping), mapping.tag, mapping.style, mapping.mark))
        }
    }

    private func pairs(of mapping: Node.Mapping) throws(RecipeProblems) -> [(Node, Node)] {
        var own: [(Node, Node)] = []
        var merged: [(Node, Node)] = []
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key else {
                own.append((key, value))
                continue
            }
            let isRenamed = hasRenamedKeys && scalar.string.unicodeScalars.first == YAMLLines.renamed
            if !isRenamed { refusePrivateCharacters(in: scalar.string, at: key) }
            let value = try flatten(value)
            guard scalar.string == "<<", scalar.style == .plain else {
                own.append((key, value))
                continue
            }
            switch value {
            case .mapping(let other):
                merged += other.map { ($0.key, $0.value) }
            case .sequence(let others) where others.allSatisfy({ $0.mapping != nil }):
                for case .mapping(let other) in others { merged += other.map { ($0.key, $0.value) } }
            case .sequence, .scalar, .alias:
                own.append((key, value))
            }
        }
        var known = Set(own.compactMap { $0.0.scalar?.string })
        return own + merged.filter { pair in pair.0.scalar.map { known.insert($0.string).inserted } ?? true }
    }

    private func refusePrivateCharacters(in text: String, at node: Node) {
        guard let scalar = text.unicodeScalars.first(where: RecipeText.isPrivate) else { return }
        context.report("contains the private character \(scalar.codePoint)", at: node)
    }
}
