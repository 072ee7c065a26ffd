import Yams

/// Puts a recipe's values over those of a base; see ``MergeRule``.
///
/// Both trees are flat (see ``TreeFlattener``) and no deeper than ``YAMLTree/deepest``.
enum TreeMerge {
    /// The tree of a recipe over that of a base.
    static func merge(_ own: Node, over base: Node, at path: [String] = []) -> Node {
        if isRemoval(own) { return removed(own) }
        if base.tag.rawValue == MergeTag.removed { return own }
        let rule = MergeRule(for: path)
        if own.tag.rawValue == MergeTag.replace { return own }
        switch (base, own) {
        case (.mapping(let base), .mapping(let own)) where rule == nil:
            return merge(own, over: base, at: path)
        case (.mapping(let definition), .scalar) where rule == .define,
            (.mapping(let definition), .sequence) where rule == .define:
            return self.definition(definition, with: own)
        case (.sequence(let base), .sequence(let own)) where rule != .replace || own.tag.rawValue == MergeTag.append:
            return append(own, to: Array(base))
        // The list may be the value of a variable.
        case (.sequence(let base), .scalar(let scalar)) where rule == nil && Interpolation.isReference(scalar.string):
            return append(.init([spliced(scalar)], .implicit, .any, scalar.mark), to: Array(base))
        case (.scalar(let scalar), .sequence(let own))
        where (rule == nil || own.tag.rawValue == MergeTag.append) && Interpolation.isReference(scalar.string):
            return append(own, to: [spliced(scalar)])
        default:
            return own
        }
    }

    /// A tree without the values that were removed on the way.
    static func withoutRemovals(_ node: Node) -> Node {
        guard case .mapping(let mapping) = node else { return node }
        let pairs = mapping.filter { $0.value.tag.rawValue != MergeTag.removed }
            .map { ($0.key, withoutRemovals($0.value)) }
        return .mapping(.init(pairs, mapping.tag, mapping.style, mapping.mark))
    }

    private static func merge(_ own: Node.Mapping, over base: Node.Mapping, at path: [String]) -> Node {
        var pairs: [(Node, Node)] = []
        var places: [String: Int] = [:]
        for (key, value) in base {
            if let name = key.scalar?.string { places[name] = pairs.count }
            pairs.append((key, value))
        }
        for (key, value) in own {
            if let name = key.scalar?.string, let place = places[name] {
                pairs[place] = (key, merge(value, over: pairs[place].1, at: path + [name]))
            } else {
                pairs.append((key, value))
            }
        }
        return .mapping(.init(pairs, own.tag, own.style, own.mark))
    }

    private static func append(_ own: Node.Sequence, to base: [Node]) -> Node {
        let known = Set(own)
        return .sequence(.init(base.filter { !known.contains($0) } + own, own.tag, own.style, own.mark))
    }

    private static func definition(_ definition: Node.Mapping, with value: Node) -> Node {
        let kept = definition.filter { $0.key.scalar?.string != "default" }.map { ($0.key, $0.value) }
        let key = Node.scalar(.init("default", Tag(.str), .plain, value.mark))
        return .mapping(.init(kept + [(key, value)], definition.tag, definition.style, value.mark))
    }

    private static func spliced(_ scalar: Node.Scalar) -> Node {
        .scalar(.init(scalar.string, Tag(Tag.Name(rawValue: MergeTag.spliced)), scalar.style, scalar.mark))
    }

    private static func isRemoval(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node else { return false }
        return scalar.kind == .nothing || scalar.kind == .tagged(MergeTag.removed)
    }

    private static func removed(_ node: Node) -> Node {
        .scalar(.init("", Tag(Tag.Name(rawValue: MergeTag.removed)), .plain, node.mark))
    }
}
