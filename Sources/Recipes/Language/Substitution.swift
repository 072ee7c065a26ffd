import Yams

/// Puts the values of variables where a recipe refers to them.
struct Substitution {
    /// What has been read before variables have values, or is checked by itself.
    private static let untouched: Set<String> = ["extends", "variables", "version"]

    /// Programs that read a script by the rules of a shell.
    static let shells: Set<String> = ["sh", "ash", "bash", "dash", "ksh", "mksh", "zsh"]

    let context: ReadingContext
    let budget: NodeBudget
    let insertions: InsertionBudget
    let values: [String: VariableResolver.Resolved]

    /// The names of all variables, those without a value too.
    let variables: Set<String>

    /// The names of the secrets.
    let secrets: Set<String>

    /// A recipe with its values.
    func apply(_ root: Node) throws(RecipeProblems) -> Node {
        guard case .mapping(let mapping) = root else { return root }
        var pairs: [(Node, Node)] = []
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            pairs.append((key, Self.untouched.contains(name) ? value : try fill(value, at: [name])))
        }
        return .mapping(.init(pairs, mapping.tag, mapping.style, mapping.mark))
    }

    private func fill(_ node: Node, at path: [String], interpreter: String? = nil) throws(RecipeProblems) -> Node {
        try budget.visit(node)
        switch node {
        case .alias: return node
        case .scalar(let scalar):
            guard scalar.string.utf8.contains(UInt8(ascii: "{")), scalar.string.contains("${{") else { return node }
            return path.last == "script"
                ? script(scalar, node, path, interpreter: interpreter)
                : value(scalar, node, path) ?? placeholder(scalar)
        case .sequence(let sequence):
            return try fill(sequence, at: path)
        case .mapping(let mapping):
            var pairs: [(Node, Node)] = []
            var interpreter: String?
            // A script's interpreter decides how values are put into it, and may be one itself.
            if let node = mapping.first(where: { $0.key.scalar?.string == "interpreter" })?.value {
                interpreter = try fill(node, at: path + ["interpreter"]).scalar?.string
            }
            for (key, value) in mapping {
                let name = key.scalar?.string ?? ""
                let isScript = name == "script"
                pairs.append((key, try fill(value, at: path + [name], interpreter: isScript ? interpreter : nil)))
            }
            return .mapping(.init(pairs, mapping.tag, mapping.style, mapping.mark))
        }
    }

    private func fill(_ sequence: Node.Sequence, at path: [String]) throws(RecipeProblems) -> Node {
        var items: [Node] = []
        for (index, item) in sequence.enumerated() {
            let path = path.dropLast() + ["\(path.last ?? "")[\(index)]"]
            let isWhole = item.tag.rawValue == MergeTag.spliced
            let item: Node =
                if isWhole, case .scalar(let scalar) = item {
                    .scalar(.init(scalar.string, Tag(.str), scalar.style, scalar.mark))
                } else {
                    item
                }
            let filled = try fill(item, at: Array(path))
            if case .sequence(let spliced) = filled, case .scalar = item {
                items += spliced
            } else {
                if isWhole {
                    context.report("'\(Self.shown(Array(path)))' must be a list, not \(filled.kindInWords)", at: filled)
                }
                items.append(filled)
            }
        }
        return .sequence(.init(items, sequence.tag, sequence.style, sequence.mark))
    }

    /// A value with references in it; nil when there is none, which was reported.
    private func value(_ scalar: Node.Scalar, _ node: Node, _ path: [String]) -> Node? {
        guard let pieces = pieces(scalar, node, path) else { return nil }
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let plain): text += plain
            case .secret(let name) where Self.takesSecrets(path):
                guard let token = word(piece, node, path, program: nil) else { return placeholder(scalar) }
                context.use(secret: name)
                text += token
            case .secret(let name):
                let hint = "it can stand only in a script, or where a key takes {secret: \(name)}"
                context.report("'\(Self.shown(path))' cannot hold the secret '\(name)'", at: node, hint: hint)
                return nil
            case .variable(let name):
                guard let resolved = resolve(name, node, path) else { return nil }
                if pieces.count == 1 {
                    context.note(origin: resolved.origin, at: node.place)
                    return resolved.value.node(inPlaceOf: scalar)
                }
                guard let inText = resolved.value.inText else {
                    context.report(
                        "'\(Self.shown(path))': the variable '\(name)' is a list, which cannot stand in a text",
                        at: node
                    )
                    return nil
                }
                context.note(origin: resolved.origin, at: node.place)
                text += inText
            }
        }
        return VariableValue.text(text).node(inPlaceOf: scalar)
    }

    /// A script with each value as one word.
    private func script(_ scalar: Node.Scalar, _ node: Node, _ path: [String], interpreter: String?) -> Node {
        guard let pieces = pieces(scalar, node, path) else { return placeholder(scalar) }
        let shown = Self.shown(path)
        let program = interpreter?.split(separator: "/").last.map(String.init)
        let isShell = program.map(Self.shells.contains) ?? true
        var position = ShellPosition()
        var text = ""
        for piece in pieces {
            let name: String
            switch piece {
            case .text(let plain):
                if isShell { position.advance(through: plain) }
                text += plain
                continue
            case .variable(let variable): name = variable
            case .secret(let secret): name = "secrets.\(secret)"
            }
            if isShell, let obstacle = position.obstacle {
                let hint = "a value is a quoted word already; write it outside, such as name=${{ \(name) }}"
                context.report("'\(shown)': '${{ \(name) }}' stands \(obstacle)", at: node, hint: hint)
                return placeholder(scalar)
            }
            guard let word = word(piece, node, path, program: isShell ? nil : program) else {
                return placeholder(scalar)
            }
            text += word
            position.passWord()
        }
        return VariableValue.text(text).node(inPlaceOf: scalar)
    }

    /// What stands in a script for a reference; nil when nothing can, which was reported.
    ///
    /// - Parameter program: The program that runs the script, when it is not a shell.
    private func word(_ piece: Interpolation.Piece, _ node: Node, _ path: [String], program: String?) -> String? {
        let shown = Self.shown(path)
        switch piece {
        case .text(let text): return text
        case .secret(let name):
            guard secrets.contains(name) else {
                let nearest = NearestWord.of(name, among: secrets)
                let hint = nearest.map { "did you mean '\($0)'?" } ?? "the recipe declares it in 'secrets'"
                context.report("'\(shown)': there is no secret \(Quoted(name))", at: node, hint: hint)
                return nil
            }
            if let program {
                let message = "'\(shown)' cannot hold the secret '\(name)', for \(Quoted(program)) runs it"
                context.report(message, at: node, hint: "a value is quoted for a shell")
                return nil
            }
            context.use(secret: name)
            return SecretToken.token(name)
        case .variable(let name):
            guard let resolved = resolve(name, node, path) else { return nil }
            guard let value = resolved.value.inText else {
                context.report("'\(shown)': the variable '\(name)' is a list, which cannot stand in a script", at: node)
                return nil
            }
            if let program,
                !value.unicodeScalars.allSatisfy({ $0.isASCIIWord || " _./:@%+,=-".unicodeScalars.contains($0) })
            {
                let message =
                    "'\(shown)': the variable '\(name)' has characters that \(Quoted(program)) may not take as text"
                context.report(message, at: node, hint: "a value is quoted for a shell")
                return nil
            }
            context.note(origin: resolved.origin, at: node.place)
            return Quoting.shell(value)
        }
    }

    private func pieces(_ scalar: Node.Scalar, _ node: Node, _ path: [String]) -> [Interpolation.Piece]? {
        do {
            return try Interpolation(scalar.string).pieces
        } catch {
            context.report("'\(Self.shown(path))': \(error.message)", at: node)
            return nil
        }
    }

    private func resolve(_ name: String, _ node: Node, _ path: [String]) -> VariableResolver.Resolved? {
        guard variables.contains(name) else {
            let message = "'\(Self.shown(path))': there is no variable \(Quoted(name))"
            let nearest = NearestWord.of(name, among: variables)
            let known = variables.sorted().joined(separator: ", ")
            let hint = variables.isEmpty ? "the recipe declares it in 'variables'" : "known are \(known)"
            context.report(message, at: node, hint: nearest.map { "did you mean '\($0)'?" } ?? hint)
            return nil
        }
        // One without a value has been reported where it is declared.
        guard let resolved = values[name], insertions.insert(resolved.value, at: node) else { return nil }
        return resolved
    }

    /// Whether a text that is no script may have secrets in it: what is written to a file.
    private static func takesSecrets(_ path: [String]) -> Bool {
        path.count == 3 && path[0].hasPrefix("customize[") && path[1] == "write" && path[2] == "content"
    }

    /// What stands in for a value that could not be found.
    private func placeholder(_ scalar: Node.Scalar) -> Node {
        let node = Node.scalar(.init("", Tag(.str), scalar.style, scalar.mark))
        context.note(unresolved: node.place)
        return node
    }

    private static func shown(_ path: [String]) -> String {
        path.joined(separator: ".")
    }
}
