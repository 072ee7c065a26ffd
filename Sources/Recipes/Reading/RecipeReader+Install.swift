import SystemPackage
import Yams

extension RecipeReader {
    /// Reads `install`.
    func install(for os: OperatingSystem) -> ValueReader<Recipe.Install> {
        let standIn = Recipe.Install(
            location: .builtIn,
            kernelArguments: [],
            deadline: .installDefault,
            kickstartTemplate: nil,
            repositories: [],
            pre: [],
            post: [],
            onError: []
        )
        return .mapping(standIn: standIn) { section in
            let install = Recipe.Install(
                location: section.required("location", location(for: os, relativeTo: absolute)),
                kernelArguments: section.value("kernel_arguments", .list(.text(.kernelArgument)), default: []),
                deadline: section.value("deadline", .installDeadline, default: .installDefault),
                kickstartTemplate: section.optional("kickstart_template", template).flatMap { $0 },
                repositories: section.value("repositories", repositories, default: []),
                pre: section.value("pre", .list(script(mayLeaveChroot: false)), default: []),
                post: section.value("post", .list(script(mayLeaveChroot: true)), default: []),
                onError: section.value("onerror", .list(script(mayLeaveChroot: false)), default: [])
            )
            if !install.repositories.isEmpty, !os.installer.takesRepositories {
                let hint = "a script in 'post' can add sources and install from them"
                section.report("the installer of \(os.rawValue) takes no repositories", at: "repositories", hint: hint)
            }
            return install
        }
    }

    /// Reads a location: a URL, a directory or the word `built-in`.
    func location(
        for os: OperatingSystem,
        relativeTo absolute: @escaping (String) -> FilePath
    ) -> ValueReader<Recipe.Location> {
        ValueReader(standIn: .builtIn) { node, path, context in
            let text = ValueReader<String>.text(.path).read(node, at: path, context)
            guard !text.isEmpty else { return .builtIn }
            if text == "built-in" {
                if os.family != .debian {
                    let hint = "give the URL or the directory of an install tree"
                    context.report("there is no built-in install tree for \(os.rawValue)", at: node, hint: hint)
                }
                return .builtIn
            }
            if text.contains("://") {
                guard TextRule.url.accepts(text) else {
                    let message = "'\(path)' must be \(TextRule.url.requirement), not \(Scalars.shown(text))"
                    context.report(message, at: node)
                    return .builtIn
                }
                if text.hasPrefix("https://"), !os.installer.takesHTTPS {
                    let hint = "give an http URL, or copy the tree and give its directory"
                    context.report("the installer of \(os.rawValue) reads no tree over https", at: node, hint: hint)
                }
                return .url(text)
            }
            if let nearest = NearestWord.of(text, among: ["built-in"]), !text.contains("/") {
                let message = "'\(path)' must be a URL, a directory or the word built-in, not \(Quoted(text))"
                context.report(message, at: node, hint: "did you mean '\(nearest)'?")
                return .builtIn
            }
            return .directory(absolute(text))
        }
    }

    /// Reads the name of a template file and the file.
    var template: ValueReader<Recipe.Template?> {
        ValueReader(standIn: nil) { node, path, context in
            let name = ValueReader<String>.text(.path).read(node, at: path, context)
            guard !name.isEmpty else { return nil }
            let file = absolute(name)
            do {
                let bytes = try RecipeBytes.read(file, name: name, kind: "template")
                return Recipe.Template(path: file, text: try RecipeText(bytes, file: name).text)
            } catch let problems as RecipeProblems {
                let reason = problems.diagnostics.first?.message ?? "cannot be read"
                context.report("'\(path)': \(Quoted(name)): \(reason)", at: node)
            } catch {
                context.report("'\(path)': \(error)", at: node)
            }
            return nil
        }
    }

    private var repositories: ValueReader<[Recipe.Repository]> {
        let repository = ValueReader.mapping(standIn: Recipe.Repository(name: "", url: "")) { section in
            Recipe.Repository(
                name: section.required("name", .text(.repositoryName)),
                url: section.required("url", .text(.url))
            )
        }
        let list = ValueReader.list(repository)
        return ValueReader(standIn: []) { node, path, context in
            let repositories = list.read(node, at: path, context)
            for (index, repository) in repositories.enumerated() where !repository.name.isEmpty {
                guard repositories[..<index].contains(where: { $0.name == repository.name }) else { continue }
                context.report("two repositories are named \(Quoted(repository.name))", at: node.element(index))
            }
            return repositories
        }
    }

    private func script(mayLeaveChroot: Bool) -> ValueReader<Recipe.Script> {
        let standIn = Recipe.Script(interpreter: nil, noChroot: false, log: nil, errorOnFail: true, body: "")
        return .mapping(standIn: standIn) { section in
            Recipe.Script(
                interpreter: section.optional("interpreter", .text(.absolutePath)),
                noChroot: mayLeaveChroot ? section.value("nochroot", .flag, default: false) : false,
                log: section.optional("log", .text(.absolutePath)),
                errorOnFail: section.value("erroronfail", .flag, default: true),
                body: section.required("script", .script)
            )
        }
    }
}

extension Duration {
    /// The time that an install may take where nobody says.
    static var installDefault: Duration { .seconds(3600) }
}

extension ValueReader where Value == Duration {
    /// Reads the time that an install may take.
    static var installDeadline: Self { .duration(in: .seconds(10)...(.seconds(86400))) }
}
