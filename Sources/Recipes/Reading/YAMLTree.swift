import Yams

/// A recipe's text composed to YAML nodes that keep their places, with every repeated key found.
struct YAMLTree {
    /// The number of lists and mappings in each other above which a text is refused.
    ///
    /// What walks over a tree calls itself; this is what bounds it.
    static let deepest = 64

    /// The top of the document.
    let root: Node

    /// What was found wrong on the way: repeated keys.
    let problems: [Diagnostic]

    /// Whether the tree may hold what a reader of values does not see: a reference to a variable, or a character for private use.
    let isWorthAWalk: Bool

    /// Composes a text.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - file: The file's name, for messages.
    ///   - offset: What is added to the line numbers of the nodes, though not to those of messages.
    /// - Throws: What keeps the text from being YAML, with its place.
    init(_ text: String, file: String, offset: Int = 0) throws(RecipeProblems) {
        var lines = YAMLLines(text)
        var problems: [Diagnostic] = []
        let hasAliases = text.utf8.contains(UInt8(ascii: "&")) && text.utf8.contains(UInt8(ascii: "*"))
        // Each round costs a parse of the whole text, so a large text gets few.
        var roundsLeft = max(2, min(20, (2 << 20) / max(1, text.utf8.count)))
        isWorthAWalk = text.contains("${{") || text.contains(#/\\[uU]0*[eE]00[0-9a-fA-F]/#)
        do {
            while true {
                do {
                    // A text without aliases is as large as it looks, so that keys can be compared and depths be measured.
                    let plain = hasAliases ? try YAMLAliases(replacedIn: lines.text, file: file) : nil
                    let parser = try Parser(yaml: plain?.text ?? lines.text)
                    guard let tree = try parser.singleRoot() else {
                        throw Diagnostic(file: file, message: "is empty")
                    }
                    // The nodes hold their anchors weakly; it is the parser that keeps them.
                    try withExtendedLifetime(parser) { try YAMLDepth.check(tree, aliases: plain, file: file) }
                    let isFinal = plain == nil && offset == 0
                    let root = isFinal ? tree : try Self.compose(lines.text, offset: offset) ?? tree
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
                        message: "key \(Quoted(duplicates.sorted().first ?? "")) is repeated",
                        code: Diagnostic.repeatedKey
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

    /// Composes a text as if it stood below so many lines; what the parser says of it has the file's own line numbers.
    private static func compose(_ text: String, offset: Int) throws -> Node? {
        // The library's marks cannot be made, only be read.
        do {
            return try Parser(yaml: String(repeating: "\n", count: offset) + text).singleRoot()
        } catch  where offset > 0 {
            // The same error again, at its place in the file.
            return try Parser(yaml: text).singleRoot()
        }
    }
}

extension Diagnostic {
    fileprivate init(_ repetition: YAMLLines.Repetition, file: String) {
        self.init(
            file: file,
            line: repetition.place.line,
            column: repetition.place.column,
            message: "key \(Quoted(repetition.key)) is repeated",
            hint: "it stands first in line \(repetition.first)",
            code: Self.repeatedKey
        )
    }
}
