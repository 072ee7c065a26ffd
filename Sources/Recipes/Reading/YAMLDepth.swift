import Yams

/// The check that keys are plain text and that lists and mappings do not stand too deep in each other, aliases followed.
///
/// It must be made before the real text is composed: a chain of aliases can make a tree so deep that giving it up overflows the stack.
enum YAMLDepth {
    /// Checks a tree.
    ///
    /// - Parameters:
    ///   - root: The tree, in which no node stands twice.
    ///   - aliases: What was replaced in its text.
    static func check(_ root: Node, aliases: YAMLAliases?, file: String) throws(Diagnostic) {
        var heights: [String: Int] = [:]
        _ = try height(of: root, depth: 0, aliases?.names ?? [:], &heights, file)
    }

    /// The number of lists and mappings in each other, from a node down.
    private static func height(
        of node: Node,
        depth: Int,
        _ aliases: [Place: String],
        _ heights: inout [String: Int],
        _ file: String
    ) throws(Diagnostic) -> Int {
        var height = 0
        switch node {
        case .alias: break
        case .scalar: height = aliases[node.place].flatMap { heights[$0] } ?? 0
        case .sequence(let sequence):
            try require(depth + 1, at: node, file)
            for item in sequence {
                height = max(height, try self.height(of: item, depth: depth + 1, aliases, &heights, file))
            }
            height += 1
        case .mapping(let mapping):
            try require(depth + 1, at: node, file)
            for (key, value) in mapping {
                guard case .scalar = key, aliases[key.place] == nil else {
                    let message = "a key must be plain text, not an alias, a list or a mapping"
                    let place = key.place
                    throw Diagnostic(file: file, line: place.line, column: place.column, message: message)
                }
                height = max(height, try self.height(of: value, depth: depth + 1, aliases, &heights, file))
            }
            height += 1
        }
        try require(depth + height, at: node, file)
        if let anchor = node.anchor { heights[anchor.rawValue] = height }
        return height
    }

    private static func require(_ depth: Int, at node: Node, _ file: String) throws(Diagnostic) {
        guard depth > YAMLTree.deepest else { return }
        let place = node.place
        throw Diagnostic(file: file, line: place.line, column: place.column, message: "is nested too deep")
    }
}
