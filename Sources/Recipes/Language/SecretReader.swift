import SystemPackage
import Yams

/// Reads `secrets`: where the value of each comes from.
struct SecretReader {
    let context: ReadingContext

    /// The names in `secrets`, right or wrong.
    static func names(in root: Node) -> Set<String> {
        Set(section(of: root)?.mapping?.keys.compactMap(\.scalar?.string) ?? [])
    }

    /// The secrets of a recipe in their order; makes them known to the context.
    func read(_ root: Node) -> [Recipe.Secret] {
        guard let node = Self.section(of: root) else { return [] }
        let secrets = ValueReader<[Recipe.Secret]>.mapping(standIn: []) { section in
            section.keys.compactMap { name, keyNode in
                let source = section.optional(name, source)
                guard TextRule.variable.accepts(name) else {
                    let message = "\(Quoted(name)) cannot be the name of a secret"
                    context.report(message, at: keyNode, hint: "it must be \(TextRule.variable.requirement)")
                    return nil
                }
                return source.flatMap { $0 }.map { source in
                    Recipe.Secret(name: Recipe.SecretName(name), source: source, place: context.describe(keyNode))
                }
            }
        }
        .read(node, at: "secrets", context)
        context.declaredSecrets = Self.names(in: root)
        return secrets
    }

    private static func section(of root: Node) -> Node? {
        guard case .mapping(let mapping) = root else { return nil }
        return mapping.first { $0.key.scalar?.string == "secrets" }?.value
    }

    private var source: ValueReader<Recipe.Secret.Source?> {
        let form = "{env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT...]}"
        let mapping = ValueReader<Recipe.Secret.Source?>.mapping(standIn: nil) { section in
            let variable = section.optional("env", .text(.environmentVariable))
            let file = section.optional("file", .text(.path)).map(absolute)
            let command = section.optional("command", command)
            switch (variable, file, command) {
            case (let variable?, nil, nil): return .environment(variable)
            case (nil, let file?, nil): return .file(file)
            case (nil, nil, let command?): return .command(command)
            default: return nil
            }
        }
        return ValueReader(standIn: nil, schema: mapping.schema) { node, path, context in
            guard case .mapping = node else {
                // What stands here may be the secret itself, so the message does not repeat it.
                context.report("'\(path)' must be \(form)", at: node, hint: "a secret does not belong in a recipe")
                return nil
            }
            let before = context.errorCount
            if let source = mapping.read(node, at: path, context) { return source }
            if context.errorCount == before { context.report("'\(path)' must be \(form)", at: node) }
            return nil
        }
    }

    /// What `secrets` takes.
    static var schema: ValueSchema {
        let rule = TextRule.variable
        let source = SecretReader(context: ReadingContext(file: "")).source
        return .names(requirement: rule.requirement, pattern: rule.pattern, values: source.schema, atMost: 2000)
    }

    /// Reads a program and its arguments; a program with a slash is relative to the file that names it.
    private var command: ValueReader<[String]> {
        let list = ValueReader<[String]>.list(.text(.argument), atMost: 100)
        return ValueReader(standIn: [], schema: list.schema) { node, path, context in
            var words = list.read(node, at: path, context)
            if case .sequence(let sequence) = node, sequence.isEmpty {
                context.report("'\(path)' is empty; it must be a program and its arguments", at: node)
            }
            if let program = words.first, program.contains("/") { words[0] = absolute(program).string }
            return words
        }
    }

    private func absolute(_ path: String) -> FilePath {
        let directory = context.directoryOfCurrentValue ?? ""
        return WorkingDirectory.path.pushing(directory).pushing(FilePath(path)).lexicallyNormalized()
    }
}

extension ValueReader where Value == Recipe.SecretName {
    /// Reads the name of a secret that the recipe declares.
    static var secretName: Self {
        Self(standIn: Recipe.SecretName(""), schema: TextRule.variable.schema) { node, path, context in
            let name = ValueReader<String>.text(.variable).read(node, at: path, context)
            guard !name.isEmpty else { return Recipe.SecretName("") }
            if !context.declaredSecrets.contains(name) {
                let nearest = NearestWord.of(name, among: context.declaredSecrets)
                let hint = nearest.map { "did you mean '\($0)'?" } ?? "the recipe declares it in 'secrets'"
                context.report("'\(path)': there is no secret \(Quoted(name))", at: node, hint: hint)
            }
            context.use(secret: name)
            return Recipe.SecretName(name)
        }
    }

    /// Reads `{secret: NAME}`, where nothing else can stand.
    ///
    /// What stands there instead may be the secret itself, so no message repeats it.
    static var secret: Self {
        let mapping = Self.mapping(standIn: Recipe.SecretName("")) { section in
            section.required("secret", .secretName)
        }
        return Self(standIn: Recipe.SecretName(""), schema: mapping.schema) { node, path, context in
            guard case .mapping = node else {
                let hint = "a secret does not belong in a recipe"
                context.report("'\(path)' must be {secret: NAME}", at: node, hint: hint)
                return Recipe.SecretName("")
            }
            return mapping.read(node, at: path, context)
        }
    }
}

extension TextRule {
    /// An argument of a program.
    static let argument = line("one line of text", atMost: 4096)
}
