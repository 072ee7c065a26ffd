import SystemPackage
import Yams

/// A file of values for variables: a YAML mapping of names to values.
enum VariableFile {
    /// Reads a file.
    ///
    /// - Throws: What keeps the file from being read or from being YAML.
    static func read(
        _ path: FilePath,
        _ context: ReadingContext
    ) throws(RecipeProblems) -> [(name: String, key: Node, value: Node)] {
        let name = path.string
        let bytes = try RecipeBytes.read(path, name: name, kind: "variable file")
        let tree: YAMLTree
        do {
            let text = try RecipeText(bytes, file: name).text
            let lineCount = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
            tree = try YAMLTree(text, file: name, offset: context.addSource(path, name: name, lineCount: lineCount))
        } catch let problems as RecipeProblems {
            throw context.problems(and: problems.diagnostics)
        } catch let diagnostic as Diagnostic {
            throw context.problems(and: diagnostic)
        } catch {
            throw context.problems(and: Diagnostic(file: name, message: "\(error)"))
        }
        tree.problems.forEach(context.add)
        guard case .mapping = tree.root else {
            let message = "a variable file must be a mapping of names to values, not \(tree.root.kindInWords)"
            context.report(message, at: tree.root)
            return []
        }
        let flattener = TreeFlattener(
            context: context,
            budget: NodeBudget(context),
            hasRenamedKeys: !tree.problems.isEmpty
        )
        guard case .mapping(let mapping) = try flattener.flatten(tree.root) else { return [] }
        return mapping.compactMap { key, value in
            guard let name = key.scalar?.string, name.unicodeScalars.first != YAMLLines.renamed else { return nil }
            return (name, key, value)
        }
    }
}
