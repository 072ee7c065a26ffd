import Yams

/// A variable as a recipe declares it.
struct Variable {
    let name: String
    let kind: VariableKind

    /// The value where nobody gives another; nil when one must be given.
    let defaultValue: Node?

    /// What it is for, in one line.
    let description: String?

    /// The values that it may have; nil for any.
    let allowed: [VariableValue]?

    /// What its text must match.
    let pattern: TextPattern?

    /// Where it is declared.
    let node: Node

    /// Whether something is wrong with the declaration, which was reported.
    let isWrong: Bool

    /// The name of the key of its default, for messages.
    var defaultPath: String { "variables.\(name)" }

    /// The same for a declaration that is wrong.
    var withoutChecks: Variable {
        Variable(
            name: name,
            kind: kind,
            defaultValue: defaultValue,
            description: description,
            allowed: nil,
            pattern: nil,
            node: node,
            isWrong: true
        )
    }

    /// Checks a value of the right type.
    func check(_ value: VariableValue, at node: Node, path: String, _ context: ReadingContext) -> Bool {
        if let allowed, !allowed.contains(value) {
            let words = allowed.flatMap(\.texts)
            let nearest = value.inText.flatMap { NearestWord.of($0, among: words) }
            context.report(
                "'\(path)' must be one of \(words.joined(separator: ", ")), not \(shown(value))",
                at: node,
                hint: nearest.map { "did you mean '\($0)'?" }
            )
            return false
        }
        if let pattern, let text = value.texts.first(where: { !pattern.matches($0) }) {
            let message = "'\(path)' must match \(Quoted(pattern.text)), which \(Scalars.shown(text)) does not"
            context.report(message, at: node, hint: description.map { "it is \(Quoted($0))" })
            return false
        }
        return true
    }

    private func shown(_ value: VariableValue) -> String {
        value.inText.map(Scalars.shown) ?? "a list"
    }
}
