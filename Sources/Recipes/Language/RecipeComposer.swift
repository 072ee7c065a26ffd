import Crypto
import SystemPackage
import Yams

/// Reads a recipe and all that it extends, and merges them into one tree.
final class RecipeComposer {
    /// The number of recipes that may extend each other in a row.
    static let longestChain = 16

    /// The number of files that a recipe may be made of.
    static let fileLimit = 64

    /// What a base does not hand on: they say what one recipe is.
    static let own: Set<String> = ["version", "name", "description", "extends"]

    /// What `extends` takes.
    static let schema = ValueSchema.either([
        TextRule.path.schema,
        .list(TextRule.path.schema, atLeast: 1, atMost: fileLimit, isDistinct: true),
    ])

    private struct Link {
        let identity: FileIdentity?
        let name: String
    }

    private let context: ReadingContext
    private let shipped: ShippedRecipes
    private let budget: NodeBudget
    private var chain: [Link] = []
    private var finished: [FileIdentity: Node] = [:]
    private var size = 0

    /// Whether a file may hold a reference to a variable or to a secret.
    private(set) var hasReferences = false

    /// The digests of the files in the order in which they were read.
    private(set) var digests: [String] = []

    init(shipped: FilePath?, _ context: ReadingContext) {
        self.shipped = ShippedRecipes(directory: shipped)
        self.context = context
        budget = NodeBudget(context)
    }

    /// Reads the recipe.
    ///
    /// - Throws: What keeps a file from being read or from being YAML; what is wrong with the values goes to the context.
    func compose(_ file: FilePath) throws(RecipeProblems) -> Node {
        let bytes = try RecipeBytes.read(file, name: file.string)
        let root = try compose(bytes, path: file, name: file.string)
        return digests.count > 1 ? TreeMerge.withoutRemovals(root) : root
    }

    private func compose(_ bytes: [UInt8], path: FilePath, name: String) throws(RecipeProblems) -> Node {
        chain.append(Link(identity: FileIdentity(path), name: name))
        defer { chain.removeLast() }
        size += bytes.count
        guard size <= RecipeBytes.limit else {
            let message = "is too large; a recipe and all that it extends have at most 1 MiB"
            throw context.problems(and: Diagnostic(file: name, message: message))
        }
        let tree = try tree(bytes, path: path, name: name)
        tree.problems.forEach(context.add)
        if tree.isWorthAWalk { hasReferences = true }
        let isBase = chain.count > 1
        let keys = Set(tree.root.mapping?.keys.compactMap(\.scalar?.string) ?? [])
        guard isBase || tree.isWorthAWalk || !keys.isDisjoint(with: ["extends", "<<"]) else { return tree.root }

        let flattener = TreeFlattener(context: context, budget: budget, hasRenamedKeys: !tree.problems.isEmpty)
        var root = try flattener.flatten(tree.root)
        let bases = try bases(of: root)
        if isBase { root = handedOn(root) }
        var inherited: Node?
        for (text, node) in bases {
            let base = try base(text, at: node, of: path)
            inherited = inherited.map { TreeMerge.merge(base, over: $0) } ?? base
        }
        return inherited.map { TreeMerge.merge(root, over: $0) } ?? root
    }

    private func tree(_ bytes: [UInt8], path: FilePath, name: String) throws(RecipeProblems) -> YAMLTree {
        digests.append(SHA256.hash(data: bytes).hexadecimal)
        do {
            let text = try RecipeText(bytes, file: name).text
            let lineCount = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
            return try YAMLTree(text, file: name, offset: context.addSource(path, name: name, lineCount: lineCount))
        } catch let problems as RecipeProblems {
            throw context.problems(and: problems.diagnostics)
        } catch let diagnostic as Diagnostic {
            throw context.problems(and: diagnostic)
        } catch {
            throw context.problems(and: Diagnostic(file: name, message: "\(error)"))
        }
    }

    /// What the tree of a base hands on.
    private func handedOn(_ root: Node) -> Node {
        guard case .mapping(let mapping) = root else {
            context.report("a recipe must be a mapping of keys to values, not \(root.kindInWords)", at: root)
            return .mapping(.init([], .implicit, .any, root.mark))
        }
        let pairs = mapping.compactMap { key, value -> (Node, Node)? in
            let name = key.scalar?.string ?? ""
            if name == "version" { _ = ValueReader<Int>.version.read(value, at: name, context) }
            return Self.own.contains(name) ? nil : (key, value)
        }
        return .mapping(.init(pairs, mapping.tag, mapping.style, mapping.mark))
    }

    /// What a recipe extends, in its order.
    private func bases(of root: Node) throws(RecipeProblems) -> [(text: String, node: Node)] {
        guard case .mapping(let mapping) = root,
            let value = mapping.first(where: { $0.key.scalar?.string == "extends" })?.value
        else { return [] }
        let before = context.errorCount
        let nodes: [Node]
        if case .sequence(let sequence) = value {
            if sequence.isEmpty { context.report("'extends' is empty; leave it out", at: value) }
            nodes = Array(sequence)
        } else {
            nodes = [value]
        }
        if nodes.count > Self.fileLimit {
            context.report("'extends' has \(nodes.count) entries; at most \(Self.fileLimit) are taken", at: value)
            throw context.problems
        }
        var bases: [(text: String, node: Node)] = []
        for (index, node) in nodes.enumerated() {
            let path = value.sequence == nil ? "extends" : "extends[\(index)]"
            let text = ValueReader<String>.text(.path).read(node, at: path, context)
            if text.contains("${{") {
                let message = "'\(path)' cannot have a variable: what a recipe extends is read before its variables"
                context.report(message, at: node)
            } else if bases.contains(where: { $0.text == text }) {
                context.report("\(Quoted(text)) stands twice in 'extends'", at: node)
            }
            bases.append((text, node))
        }
        if context.errorCount > before { throw context.problems }
        return bases
    }

    private func base(_ text: String, at node: Node, of file: FilePath) throws(RecipeProblems) -> Node {
        let path: FilePath
        if text.contains("/") || text.hasSuffix(".recipe") {
            path = file.removingLastComponent().pushing(
                FilePath(text.hasPrefix("./") ? String(text.dropFirst(2)) : text)
            )
        } else {
            path = try find(text, at: node)
        }
        let name = path.string
        if let identity = FileIdentity(path) {
            if let first = chain.firstIndex(where: { $0.identity == identity }) {
                let circle = (chain[first...].map(\.name) + [name]).joined(separator: " -> ")
                context.report("'extends' goes round in a circle: \(circle)", at: node)
                throw context.problems
            }
            if let root = finished[identity] { return root }
        }
        guard chain.count < Self.longestChain else {
            context.report("more than \(Self.longestChain) recipes extend each other in a row", at: node)
            throw context.problems
        }
        guard digests.count < Self.fileLimit else {
            context.report("the recipe is made of more than \(Self.fileLimit) files", at: node)
            throw context.problems
        }
        let bytes: [UInt8]
        do {
            bytes = try RecipeBytes.read(path, name: name)
        } catch {
            let reason = error.diagnostics.first?.message ?? "cannot be read"
            context.report("'extends': \(Quoted(text)): \(reason)", at: node, hint: hint(for: text))
            throw context.problems
        }
        let root = try compose(bytes, path: path, name: name)
        if let identity = FileIdentity(path) { finished[identity] = root }
        return root
    }

    private func find(_ name: String, at node: Node) throws(RecipeProblems) -> FilePath {
        if let path = shipped.find(name) { return path }
        let message = "'extends': no recipe named \(Quoted(name)) ships with imagebake"
        context.report(message, at: node, hint: hint(for: name) ?? "a file is named with its '.recipe' or a '/'")
        throw context.problems
    }

    private func hint(for text: String) -> String? {
        let word = FilePath(text).lastComponent?.stem ?? text
        return NearestWord.of(word, among: shipped.names).map { "did you mean '\($0)'?" }
    }
}
