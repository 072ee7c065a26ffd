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
    init(_ text: String, file: String) throws(RecipeProblems) {
        var lines = YAMLLines(text)
        var problems: [Diagnostic] = []
        // Each round costs a parse of the whole text, so a large text gets few.
        var roundsLeft = max(2, min(20, (2 << 20) / max(1, text.utf8.count)))
        do {
            if text.contains("&"), text.contains("*") { try YAMLAliases.check(text, file: file) }
            while true {
                do {
                    guard let root = try Parser(yaml: lines.text).singleRoot() else {
                        throw Diagnostic(file: file, message: "is empty")
                    }
                    (self.root, self.problems) = (root, problems)
                    return
                } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
                    // The library stops at the first mapping with repeated keys and says where one of them stands first. So the
                    // repetitions are looked up in the text, given other names, and the text is composed once more.
                    roundsLeft -= 1
                    let place = Place(context.mark)
                    let found = lines.renameRepetitions(of: Set(duplicates), around: place)
                    problems += found.map { Diagnostic($0, file: file) }
                    guard found.isEmpty || roundsLeft == 0 else { continue }
                    throw Diagnostic(
                        file: file,
                        line: place.line,
                        column: place.column,
                        message: "key \(Quoted(duplicates.sorted().first ?? "")) is repeated"
                    )
                }
            }
        } catch let error as YamlError {
            problems.append(Diagnostic(error, in: lines, file: file))
        } catch let diagnostic as Diagnostic {
            problems.append(diagnostic)
        } catch {
            problems.append(Diagnostic(file: file, message: "is not YAML: \(error)"))
        }
        throw RecipeProblems(Array(problems.suffix(ReadingContext.problemLimit)))
    }
}

extension Diagnostic {
    fileprivate init(_ repetition: YAMLLines.Repetition, file: String) {
        self.init(
            file: file,
            line: repetition.place.line,
            column: repetition.place.column,
            message: "key \(Quoted(repetition.key)) is repeated",
            hint: "it stands first in line \(repetition.first)"
        )
    }
}
