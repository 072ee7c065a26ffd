import Yams

/// A recipe's text composed to YAML nodes that keep their places, with every repeated key found.
struct YAMLTree {
    /// The top of the document.
    let root: Node

    /// What was found wrong on the way: repeated keys.
    let problems: [Diagnostic]

    /// Composes a text.
    ///
    /// - Throws: What keeps the text from being YAML, with its place.
    init(_ text: String, file: String) throws(Diagnostic) {
        if text.contains("&"), text.contains("*") { try YAMLAliases.check(text, file: file) }
        // The library stops at the first mapping with a repeated key and says where the key stands first, not again. So the
        // repetition is looked up in the text, reported, given another name, and the text is composed once more.
        var lines = YAMLLines(text)
        var problems: [Diagnostic] = []
        while true {
            do {
                guard let root = try Parser(yaml: lines.text).singleRoot() else {
                    throw Diagnostic(file: file, message: "is empty")
                }
                (self.root, self.problems) = (root, problems)
                return
            } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) where problems.count < 50 {
                let key = duplicates.first ?? ""
                let first = Place(context.mark)
                let again = lines.renameRepetition(of: key, after: first)
                problems.append(
                    Diagnostic(
                        file: file,
                        line: (again ?? first).line,
                        column: (again ?? first).column,
                        message: "key \(Quoted(key)) is repeated",
                        hint: again.map { _ in "it stands first in line \(first.line)" }
                    )
                )
                guard again != nil else {
                    guard let last = problems.last else { continue }
                    throw last
                }
            } catch let error as YamlError {
                throw Diagnostic(error, in: lines, file: file)
            } catch let diagnostic as Diagnostic {
                throw diagnostic
            } catch {
                throw Diagnostic(file: file, message: "is not YAML: \(error)")
            }
        }
    }
}
