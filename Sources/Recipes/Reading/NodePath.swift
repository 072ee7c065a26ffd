import Yams

/// Finds values in a tree by their paths, such as `install.post[0].script`.
struct NodePath {
    let root: Node

    /// The value at a path, or, where there is none, the last thing on the way to it that there is.
    func nearest(to path: String) -> Node {
        var node = root
        for step in path.split(whereSeparator: { $0 == "." || $0 == "[" }) {
            let next: Node? =
                if step.last == "]", let index = Int(step.dropLast()) {
                    node.sequence.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                } else {
                    Self.value(of: String(step), in: node)
                }
            guard let next else { return node }
            node = next
        }
        return node
    }

    /// Whether there is a value at a path of keys, such as `system.network.device`.
    func has(_ path: String) -> Bool {
        var node = root
        for step in path.split(separator: ".") {
            guard let next = Self.value(of: String(step), in: node) else { return false }
            node = next
        }
        return true
    }

    /// The value of a key; what stands in the mapping itself goes before what is merged into it.
    private static func value(of key: String, in node: Node) -> Node? {
        guard case .mapping(let mapping) = node else { return nil }
        if let own = mapping.first(where: { $0.key.scalar?.string == key })?.value { return own }
        let merged = mapping.first { $0.key.scalar.map { $0.string == "<<" && $0.style == .plain } ?? false }?.value
        switch merged {
        case .mapping?: return merged.flatMap { value(of: key, in: $0) }
        case .sequence(let items)?: return items.lazy.compactMap { value(of: key, in: $0) }.first
        default: return nil
        }
    }
}
