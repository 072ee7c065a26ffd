import SystemPackage
import Yams

extension RecipeReader {
    /// Reads `install`, which may be missing where the operating system has an install tree of its own.
    func install(for target: InstallTarget, in top: MappingReader) -> Recipe.Install {
        let reader = install(for: target)
        if let install = top.optional("install", reader) { return install }
        if target.os.defaultLocation(for: target.architecture) == nil {
            reportMissingLocation(of: target.os, top, key: "install")
        }
        return reader.standIn
    }

    /// Reads `install`.
    func install(for target: InstallTarget) -> ValueReader<Recipe.Install> {
        let os = target.os
        let standard = os.defaultLocation(for: target.architecture)
        let standIn = Recipe.Install(
            location: standard ?? .builtIn,
            pin: nil,
            kernelArguments: [],
            proxy: nil,
            deadline: .installDefault,
            watchdog: nil,
            kickstart: nil,
            kickstartTemplate: nil,
            repositories: os.defaultRepositories(for: target.architecture),
            pre: [],
            post: [],
            onError: [],
            files: []
        )
        return .mapping(standIn: standIn) { section in
            var install = standIn
            let location = location(for: os, relativeTo: absolute)
            if let given = section.optional("location", location) {
                install.location = given
                // Another tree may hold everything, or be another release; its own repositories are in its .treeinfo.
                install.repositories = []
            } else if standard == nil {
                reportMissingLocation(of: os, section, key: "location")
            }
            install.pin = section.optional("pin", pin(for: install.location))
            install.kernelArguments = section.value("kernel_arguments", installerArguments, default: [])
            install.proxy = section.optional("proxy", .text(.url))
            install.deadline = section.value("deadline", .installDeadline, default: .installDefault)
            install.watchdog = section.optional("watchdog", .installDeadline)
            install.kickstart = section.optional("kickstart", ownKickstart).flatMap { $0 }
            install.kickstartTemplate = section.optional("kickstart_template", template).flatMap { $0 }
            let own = section.value("repositories", repositories(for: os), default: [])
            // One of the same name is meant in place of the operating system's.
            install.repositories.removeAll { standard in own.contains { $0.name == standard.name } }
            install.repositories += own
            install.pre = section.value("pre", .list(script(mayLeaveChroot: false)), default: [])
            install.post = section.value("post", .list(script(mayLeaveChroot: true)), default: [])
            install.onError = section.value("onerror", .list(script(mayLeaveChroot: false)), default: [])
            install.files = section.value("files", injectedFiles, default: [])
            check(section, install, target)
            return install
        }
    }

    private func reportMissingLocation(of os: OperatingSystem, _ section: MappingReader, key: String) {
        section.report(
            "'install.location' is missing",
            at: key,
            hint: "give the URL, the directory or the ISO of your own"
                + (os.whyNoDefaultLocation.map { ": \($0)" } ?? "")
        )
    }

    private func check(_ section: MappingReader, _ install: Recipe.Install, _ target: InstallTarget) {
        let os = target.os
        if section.node(for: "repositories") != nil, !os.installer.can(.repositories), !install.repositories.isEmpty {
            let hint = "a script in 'post' can add sources and install from them"
            section.report("the installer of \(os.rawValue) takes no repositories", at: "repositories", hint: hint)
        }
        if install.proxy != nil, !os.installer.can(.proxy) {
            section.report("the installer of \(os.rawValue) takes no proxy", at: "proxy")
        }
        if install.kickstart != nil {
            for key in ["kickstart_template", "repositories", "pre", "post", "onerror"] {
                refuseWithoutEffect(key, in: section, because: "beside 'install.kickstart'")
            }
        }
        guard let obituary = os.obituary else { return }
        if case .url(let url) = install.location, obituary.deadHosts.contains(where: { url.contains("://\($0)/") }) {
            section.report(
                "\(Quoted(url)) is gone: \(obituary.news)",
                at: "location",
                hint: "it moved to \(obituary.archive)"
            )
        }
    }

    /// Reads a location: a URL, a directory, an ISO or the word `built-in`.
    func location(
        for os: OperatingSystem,
        relativeTo absolute: @escaping (String) -> FilePath
    ) -> ValueReader<Recipe.Location> {
        ValueReader(standIn: .builtIn, schema: TextRule.location.schema) { node, path, context in
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
                if text.hasPrefix("https://"), !os.installer.can(.https) {
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
            return text.hasSuffix(".iso") ? .image(absolute(text)) : .directory(absolute(text))
        }
    }

    /// Reads what an install tree must be: a tree's digest, or a medium's checksum and key.
    private func pin(for location: Recipe.Location) -> ValueReader<Recipe.Pin> {
        .mapping(standIn: Recipe.Pin()) { section in
            let pin = Recipe.Pin(
                treeinfo: section.optional("treeinfo", .sha256),
                checksum: section.optional("checksum", .sha256),
                checksumFile: section.optional("checksum_file", .text(.path)).map(absolute),
                signature: section.optional("signature", .text(.path)).map(absolute),
                gpgKey: section.optional("gpg_key", .text(.path)).map(absolute)
            )
            let isMedium = if case .image = location { true } else { false }
            if pin == Recipe.Pin() {
                section.report(
                    "'install.pin' pins nothing",
                    at: "treeinfo",
                    hint: "a tree is pinned by 'treeinfo', a medium by 'checksum' or 'checksum_file'"
                )
            }
            if pin.treeinfo != nil, location == .builtIn {
                section.report("the built-in tree is made on the spot and cannot be pinned", at: "treeinfo")
            }
            let media = [
                ("checksum", pin.checksum != nil), ("checksum_file", pin.checksumFile != nil),
                ("signature", pin.signature != nil), ("gpg_key", pin.gpgKey != nil),
            ]
            for (key, isGiven) in media where isGiven && !isMedium {
                section.report(
                    "'\(section.path(of: key))' pins a medium, and 'install.location' is no ISO",
                    at: key,
                    hint: "a tree is pinned by 'treeinfo'"
                )
            }
            if isMedium, pin.treeinfo != nil {
                section.report(
                    "'\(section.path(of: "treeinfo"))' pins a tree, and 'install.location' is an ISO",
                    at: "treeinfo",
                    hint: "a medium is pinned by 'checksum' or 'checksum_file'"
                )
            }
            if isMedium, pin.checksumFile == nil {
                for (key, isGiven) in media.suffix(2) where isGiven {
                    section.report(
                        "'\(section.path(of: key))' needs 'checksum_file', the file that was signed",
                        at: key
                    )
                }
            }
            if pin.signature != nil, pin.gpgKey == nil {
                section.report(
                    "'\(section.path(of: "signature"))' needs 'gpg_key', the key that made it",
                    at: "signature"
                )
            }
            return pin
        }
    }

    /// Reads the name of a template file and the file.
    var template: ValueReader<Recipe.Template?> {
        textFile(kind: "template").map { file in
            file.map { Recipe.Template(path: $0.path, text: $0.text) }
        }
    }

    /// Reads the name of a text file and the file.
    func textFile(kind: String) -> ValueReader<(path: FilePath, text: String)?> {
        ValueReader(standIn: nil, schema: TextRule.path.schema) { node, path, context in
            let name = ValueReader<String>.text(.path).read(node, at: path, context)
            guard !name.isEmpty else { return nil }
            let file = absolute(name)
            do {
                let bytes = try RecipeBytes.read(file, name: name, kind: kind)
                return (file, try RecipeText(bytes, file: name).text)
            } catch let problems as RecipeProblems {
                let reason = problems.diagnostics.first?.message ?? "cannot be read"
                context.report("'\(path)': \(Quoted(name)): \(reason)", at: node)
            } catch {
                context.report("'\(path)': \(error)", at: node)
            }
            return nil
        }
    }

    /// Reads the name of a complete kickstart and the file, and checks that an install with it can end.
    private var ownKickstart: ValueReader<Recipe.OwnKickstart?> {
        let file = textFile(kind: "kickstart")
        return ValueReader(standIn: nil, schema: file.schema) { node, path, context in
            guard let (file, text) = file.read(node, at: path, context) else { return nil }
            let kickstart = Recipe.OwnKickstart(path: file, text: text)
            for problem in kickstart.problems {
                let name = file.lastComponent?.string ?? ""
                context.report("'\(path)': \(name):\(problem)", at: node, code: Diagnostic.kickstart)
            }
            for name in Set(kickstart.secretNames.map(\.name)).sorted() {
                if !context.declaredSecrets.contains(name) {
                    let nearest = NearestWord.of(name, among: context.declaredSecrets)
                    let hint = nearest.map { "did you mean '\($0)'?" } ?? "the recipe declares it in 'secrets'"
                    let message =
                        "'\(path)': \(file.lastComponent?.string ?? "") names the secret \(Quoted(name)), which is none"
                    context.report(message, at: node, hint: hint)
                }
                context.use(secret: name)
            }
            return kickstart
        }
    }

    private func repositories(for os: OperatingSystem) -> ValueReader<[Recipe.Repository]> {
        let list = ValueReader.list(repository(for: os))
        return ValueReader(standIn: [], schema: list.schema) { node, path, context in
            let repositories = list.read(node, at: path, context)
            for (index, repository) in repositories.enumerated() where !repository.name.isEmpty {
                let name = repository.name.lowercased()
                if name == "anaconda" {
                    // Payload modules of Anaconda call the install tree so.
                    context.report("the install tree itself is the repository 'anaconda'", at: node.element(index))
                }
                guard repositories[..<index].contains(where: { $0.name.lowercased() == name }) else { continue }
                context.report("two repositories are named \(Quoted(repository.name))", at: node.element(index))
            }
            return repositories
        }
    }

    private func repository(for os: OperatingSystem) -> ValueReader<Recipe.Repository> {
        .mapping(standIn: Recipe.Repository(name: "", url: "")) { section in
            let url = section.optional("url", .text(.url))
            let mirrorList = section.optional("mirrorlist", .text(.listURL))
            let metalink = section.optional("metalink", .text(.listURL))
            let sources: [Recipe.Repository.Source] = [
                url.map { .url($0) }, mirrorList.map { .mirrorList($0) }, metalink.map { .metalink($0) },
            ].compactMap { $0 }
            if sources.count > 1 {
                section.report(
                    "a repository is at one place: 'url', 'mirrorlist' or 'metalink'",
                    at: url == nil ? "metalink" : "url"
                )
            } else if sources.isEmpty {
                // Asked for once more to report it as missing.
                _ = section.required("url", .text(.url))
            }
            if metalink != nil, !os.installer.can(.metalinks) {
                section.report(
                    "the installer of \(os.rawValue) takes no metalink",
                    at: "metalink",
                    hint: "give a 'mirrorlist' or a 'url'"
                )
            }
            let packages = ValueReader<[String]>.distinctList(.text(.packagePattern))
            return Recipe.Repository(
                name: section.required("name", .text(.repositoryName)),
                source: sources.first ?? .url(""),
                cost: section.optional("cost", .integer(in: 1...100_000)),
                includedPackages: section.value("include", packages, default: []),
                excludedPackages: section.value("exclude", packages, default: []),
                gpgKey: section.optional("gpgkey", .text(.url)),
                isKept: section.value("keep", .flag, default: false)
            )
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

extension ValueReader where Value == String {
    /// Reads a SHA-256 digest, `sha256:` before its digits; the digits alone are its value.
    static var sha256: Self {
        ValueReader<String>.text(.sha256).map { String($0.dropFirst("sha256:".count)).lowercased() }
    }
}
