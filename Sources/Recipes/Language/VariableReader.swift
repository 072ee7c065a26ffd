import Yams

/// Reads `variables`: each a plain value, which is its default, or a mapping that says more.
struct VariableReader {
    let context: ReadingContext

    /// The variables of a recipe in their order.
    func read(_ root: Node) -> [Variable] {
        guard case .mapping(let mapping) = root,
            let node = mapping.first(where: { $0.key.scalar?.string == "variables" })?.value
        else { return [] }
        return ValueReader<[Variable]>.mapping(standIn: []) { section in
            var variables: [Variable] = []
            for (name, keyNode) in section.keys {
                guard let value = section.node(for: name) else { continue }
                guard TextRule.variable.accepts(name), name != "secrets" else {
                    let reason = name == "secrets" ? "'secrets' is the name of the secrets" : Self.requirement
                    context.report("\(Quoted(name)) cannot be the name of a variable; \(reason)", at: keyNode)
                    continue
                }
                if let other = variables.first(where: { $0.name.lowercased() == name.lowercased() }) {
                    let message = "the variables '\(other.name)' and '\(name)' differ in nothing but case"
                    context.report(message, at: keyNode)
                }
                if let variable = variable(name, keyNode, value) { variables.append(variable) }
            }
            return variables
        }
        .read(node, at: "variables", context)
    }

    private static let requirement = "it must be \(TextRule.variable.requirement)"

    private func variable(_ name: String, _ keyNode: Node, _ value: Node) -> Variable? {
        let path = "variables.\(name)"
        guard case .mapping = value else {
            guard let kind = kind(ofDefault: value, at: path) else { return nil }
            return Variable(
                name: name,
                kind: kind,
                defaultValue: value,
                description: nil,
                allowed: nil,
                pattern: nil,
                node: keyNode,
                isWrong: false
            )
        }
        let before = context.errorCount
        let variable = definition(name, keyNode).read(value, at: path, context)
        // What is wrong with the default's checks is not to be said of the default as well.
        return context.errorCount == before ? variable : variable?.withoutChecks
    }

    /// What `variables` takes.
    static var schema: ValueSchema {
        let rule = TextRule.variable
        let reader = VariableReader(context: ReadingContext(file: "")).definition("", Node(""))
        return .names(
            requirement: rule.requirement,
            pattern: rule.pattern,
            values: .either([value, reader.schema]),
            atMost: 2000
        )
    }

    private static let text = ValueSchema.text(requirement: "text", pattern: nil, atMost: nil)

    /// What a value may be.
    private static let value = ValueSchema.either([
        text, .flag, .integer(.min ... .max), .list(text, atLeast: 0, atMost: 2000, isDistinct: false),
    ])

    private func definition(_ name: String, _ keyNode: Node) -> ValueReader<Variable?> {
        let path = "variables.\(name)"
        return .mapping(standIn: nil) { section in
            section.declare("default", Self.value)
            section.declare("values", .list(Self.value, atLeast: 1, atMost: 2000, isDistinct: false))
            let defaultNode = section.node(for: "default")
            let type = section.optional("type", .choice(standIn: VariableKind.string))
            let kind = type ?? defaultNode.flatMap { self.kind(ofDefault: $0, at: "\(path).default") } ?? .string
            let item = kind == .list ? VariableKind.string : kind
            let allowed = section.node(for: "values").map { node in
                self.allowed(node, item, at: "\(path).values")
            }
            let pattern = section.optional("pattern", Self.pattern).flatMap { $0 }
            if pattern != nil, kind != .string, kind != .list {
                section.report("'\(path)' has a pattern, but its type is \(kind.rawValue)", at: "pattern")
            }
            if allowed != nil, kind == .list {
                section.report("'\(path)' has a list of values, but it is a list itself", at: "values")
            }
            return Variable(
                name: name,
                kind: kind,
                defaultValue: defaultNode,
                description: section.optional("description", .text(.description)),
                allowed: kind == .list ? nil : allowed,
                pattern: pattern,
                node: keyNode,
                isWrong: false
            )
        }
    }

    private func kind(ofDefault node: Node, at path: String) -> VariableKind? {
        if let kind = VariableKind(of: node) { return kind }
        if case .scalar(let scalar) = node, scalar.kind == .decimal {
            let hint = "put it in quotes: \"\(scalar.string)\""
            context.report("'\(path)' must be text, a whole number, true or false, or a list", at: node, hint: hint)
        } else {
            let hint = "for a variable that must be given write {type: string}"
            context.report("'\(path)' must be a value, not \(node.kindInWords)", at: node, hint: hint)
        }
        return nil
    }

    private func allowed(_ node: Node, _ kind: VariableKind, at path: String) -> [VariableValue] {
        guard case .sequence(let sequence) = node, !sequence.isEmpty else {
            context.report("'\(path)' must be a list of the values that are allowed", at: node)
            return []
        }
        return sequence.enumerated().compactMap { kind.read($1, at: "\(path)[\($0)]", context) }
    }

    private static var pattern: ValueReader<TextPattern?> {
        ValueReader(standIn: nil, schema: Self.text) { node, path, context in
            guard let text = Scalars.text(node, path, context, expecting: "a regular expression") else { return nil }
            do throws(TextPattern.Malformed) {
                return try TextPattern(text)
            } catch {
                context.report("'\(path)' is no regular expression that can be used: \(error.message)", at: node)
                return nil
            }
        }
    }
}
