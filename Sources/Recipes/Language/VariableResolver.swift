import SystemPackage
import Yams

/// Finds the value of each variable: what the command line says goes before a variable file, that before the environment, and that
/// before the recipe's default.
final class VariableResolver {
    /// What the names of environment variables with values begin with.
    static let prefix = "IMAGEBAKE_VAR_"

    /// A variable with its value.
    struct Resolved {
        let value: VariableValue

        /// The variable and where its value came from, for messages.
        let origin: String
    }

    private enum State {
        case open
        case resolving
        case done(Resolved?)
    }

    /// What was given for a variable; the last one counts.
    private enum Candidate {
        case text(String, origin: String, path: String)
        case node(Node, origin: String)
    }

    private let context: ReadingContext
    private let insertions: InsertionBudget
    private let variables: [String: Variable]
    private let names: [String]
    private var states: [String: State] = [:]
    private var candidates: [String: Candidate] = [:]
    private var given: [String: (value: VariableValue, origin: String)] = [:]
    private var chain: [String] = []

    init(_ variables: [Variable], _ context: ReadingContext, _ insertions: InsertionBudget) {
        self.context = context
        self.insertions = insertions
        names = variables.map(\.name)
        self.variables = Dictionary(variables.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The values that were given and not read from the recipe, for its digest.
    var givenTexts: [String] {
        given.sorted { $0.key < $1.key }.map {
            "variable \($0.key) \($0.value.value.texts.map { "\($0.utf8.count):\($0)" })"
        }
    }

    /// Takes the values that are given.
    ///
    /// - Throws: What keeps a variable file from being read.
    func take(_ overrides: RecipeOverrides, environment: [String: String]) throws(RecipeProblems) {
        for name in names {
            for key in [name, name.uppercased()] {
                guard let text = environment[Self.prefix + key] else { continue }
                let path = Self.prefix + key
                candidates[name] = .text(text, origin: "environment variable \(path)", path: path)
                break
            }
        }
        for file in overrides.variableFiles {
            for (name, key, node) in try VariableFile.read(file, context) {
                if variables[name] == nil {
                    context.report("the recipe has no variable \(Quoted(name))", at: key, hint: hint(for: name))
                }
                candidates[name] = .node(node, origin: file.string)
            }
        }
        for setting in overrides.variables {
            if variables[setting.name] == nil {
                let message = "--var: the recipe has no variable \(Quoted(setting.name))"
                context.detached { $0.report(message, at: Node(""), hint: hint(for: setting.name)) }
            }
            let path = "--var \(setting.name)"
            candidates[setting.name] = .text(setting.value, origin: "--var", path: path)
        }
        for name in names { accept(name) }
    }

    /// Finds the values of all variables; reports those that have none.
    func resolveAll() -> [String: Resolved] {
        var values: [String: Resolved] = [:]
        for name in names { values[name] = resolve(name) }
        return values
    }

    /// The nearest name of a variable, as a hint.
    func hint(for name: String) -> String? {
        if let nearest = NearestWord.of(name, among: names) { return "did you mean '\(nearest)'?" }
        return names.isEmpty ? "it has none" : "it has \(names.sorted().joined(separator: ", "))"
    }

    private func accept(_ name: String) {
        guard let variable = variables[name] else { return }
        switch candidates[name] {
        case nil: return
        case .node(let node, let origin):
            guard let value = variable.kind.read(node, at: name, context),
                variable.check(value, at: node, path: name, context)
            else { return }
            given[name] = (value, origin)
        case .text(let text, let origin, let path):
            context.detached { own in
                let node = variable.kind.node(text)
                if let scalar = text.unicodeScalars.first(where: RecipeText.isPrivate) {
                    own.report("'\(path)' contains the private character \(scalar.codePoint)", at: node)
                    return
                }
                guard let value = variable.kind.read(node, at: path, own),
                    variable.check(value, at: node, path: path, own)
                else { return }
                given[name] = (value, origin)
            }
        }
    }

    private func resolve(_ name: String) -> Resolved? {
        switch states[name] ?? .open {
        case .done(let resolved): return resolved
        case .resolving, .open: break
        }
        guard let variable = variables[name] else { return nil }
        states[name] = .resolving
        chain.append(name)
        let resolved = value(of: variable)
        chain.removeLast()
        states[name] = .done(resolved)
        return resolved
    }

    private func value(of variable: Variable) -> Resolved? {
        if let given = given[variable.name] {
            return Resolved(value: given.value, origin: "variable '\(variable.name)', \(given.origin)")
        }
        // What was given and is wrong has been reported.
        guard candidates[variable.name] == nil, !variable.isWrong || variable.defaultValue != nil else { return nil }
        guard let node = variable.defaultValue else {
            let purpose = variable.description.map { " (\($0))" } ?? ""
            let message = "the variable '\(variable.name)'\(purpose) has no value"
            context.report(message, at: variable.node, hint: "give one with --var \(variable.name)=VALUE")
            return nil
        }
        guard let filled = fill(node, of: variable),
            let value = variable.kind.read(filled, at: variable.defaultPath, context),
            variable.check(value, at: node, path: variable.defaultPath, context)
        else { return nil }
        return Resolved(value: value, origin: "variable '\(variable.name)'")
    }

    /// A default with the values of other variables in it.
    private func fill(_ node: Node, of variable: Variable) -> Node? {
        switch node {
        case .scalar(let scalar): return fill(scalar, node, of: variable)
        case .sequence(let sequence):
            var items: [Node] = []
            for item in sequence {
                guard case .scalar(let scalar) = item else {
                    items.append(item)
                    continue
                }
                guard let filled = fill(scalar, item, of: variable) else { return nil }
                if case .sequence(let spliced) = filled { items += spliced } else { items.append(filled) }
            }
            return .sequence(.init(items, sequence.tag, sequence.style, sequence.mark))
        case .mapping, .alias: return node
        }
    }

    private func fill(_ scalar: Node.Scalar, _ node: Node, of variable: Variable) -> Node? {
        guard scalar.string.contains("${{") else { return node }
        let pieces: [Interpolation.Piece]
        do {
            pieces = try Interpolation(scalar.string).pieces
        } catch {
            context.report("'\(variable.defaultPath)': \(error.message)", at: node)
            return nil
        }
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let plain): text += plain
            case .secret:
                let hint = "a secret can stand only in a script, or where a key takes {secret: NAME}"
                context.report("'\(variable.defaultPath)' cannot hold a secret", at: node, hint: hint)
                return nil
            case .variable(let name):
                guard variables[name] != nil else {
                    let message = "'\(variable.defaultPath)': there is no variable \(Quoted(name))"
                    context.report(message, at: node, hint: hint(for: name))
                    return nil
                }
                if let first = chain.firstIndex(of: name) {
                    let circle = (chain[first...] + [name]).joined(separator: " -> ")
                    context.report("the variables refer to each other in a circle: \(circle)", at: node)
                    return nil
                }
                guard let other = resolve(name) else { return nil }
                guard insertions.insert(other.value, at: node) else { return nil }
                if pieces.count == 1 {
                    context.note(origin: other.origin, at: node.place)
                    return other.value.node(inPlaceOf: scalar)
                }
                guard let inText = other.value.inText else {
                    let message =
                        "'\(variable.defaultPath)': the variable '\(name)' is a list, which cannot stand in a text"
                    context.report(message, at: node)
                    return nil
                }
                context.note(origin: other.origin, at: node.place)
                text += inText
            }
        }
        return VariableValue.text(text).node(inPlaceOf: scalar)
    }
}
