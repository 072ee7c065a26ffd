import SystemPackage
import Yams

extension RecipeReader {
    /// Reads `customize`: steps in their order, each a mapping with one key.
    var customize: ValueReader<[Recipe.Customization]> {
        let list = ValueReader.list(customization, atMost: 500)
        return ValueReader(standIn: [], schema: list.schema) { node, path, context in
            let steps = list.read(node, at: path, context)
            let total = steps.reduce(0) { $0 + $1.byteCount }
            if total > 4 * InjectedSource.treeLimit {
                let most = ByteCount(bytes: Int64(4 * InjectedSource.treeLimit))
                context.report("'\(path)' names files of \(total) bytes in all; at most \(most) are read", at: node)
            }
            return steps.filter { $0 != Self.noStep }
        }
    }

    private static let noStep = Recipe.Customization(key: .touch, subject: "", place: "", step: .touch(""))

    private typealias Step = Recipe.Customization.Step
    private typealias Access = Recipe.Customization.Access

    /// A step before it is known where it stands.
    private struct Part {
        let key: Recipe.Customization.Key
        let subject: String
        let step: Recipe.Customization.Step
        var limit: Duration?
    }

    private var customization: ValueReader<Recipe.Customization> {
        let mapping = ValueReader<Recipe.Customization>.mapping(standIn: Self.noStep) { section in
            let parts = fileParts(section) + programParts(section) + accountParts(section) + systemParts(section)
            guard let part = parts.first, section.keys.count == 1 else {
                if section.keys.count != 1 {
                    let keys = section.keys.map { "'\($0.name)'" }.joined(separator: " and ")
                    context.report(
                        section.keys.isEmpty
                            ? "a step of 'customize' has one key"
                            : "\(keys) are steps of their own, each in a mapping of its own",
                        at: section.node,
                        hint: section.keys.isEmpty ? nil : "begin each with a dash"
                    )
                }
                return Self.noStep
            }
            return Recipe.Customization(
                key: part.key,
                subject: part.subject,
                place: context.describe(section.keys[0].node),
                limit: part.limit,
                step: part.step
            )
        }
        return mapping
    }

    private func part<Value>(
        _ section: MappingReader,
        _ key: Recipe.Customization.Key,
        _ reader: ValueReader<Value>,
        _ make: (Value) -> (subject: String, step: Recipe.Customization.Step, limit: Duration?)
    ) -> Part? {
        section.optional(key.rawValue, reader).map { value in
            let made = make(value)
            return Part(key: key, subject: made.subject, step: made.step, limit: made.limit)
        }
    }

    // MARK: files

    private func fileParts(_ section: MappingReader) -> [Part] {
        let content = guestContent
        let file = ValueReader<(path: String, content: Recipe.Customization.Content, access: Access)>.mapping(
            standIn: ("", .text(""), Access())
        ) { section in
            (
                path: section.required("path", .text(.guestPath)), content: section.required("content", content),
                access: access(section, mode: 0o644)
            )
        }
        let upload = ValueReader<(from: Recipe.Customization.FileContents, to: String, access: Access)>.mapping(
            standIn: (.init(bytes: []), "", Access())
        ) { section in
            (
                from: section.required("from", fileBeside), to: section.required("to", .text(.guestPath)),
                access: access(section, mode: 0o644)
            )
        }
        let copy = ValueReader<(from: [Recipe.Customization.TreeEntry], to: String, access: Access)>.mapping(
            standIn: ([], "", Access())
        ) { section in
            (
                from: section.required("from", treeBeside), to: section.required("to", .text(.guestPath)),
                access: access(section, mode: nil)
            )
        }
        let directory = ValueReader<(path: String, access: Access)>.mapping(standIn: ("", Access())) { section in
            (path: section.required("path", .text(.guestPath)), access: access(section, mode: 0o755))
        }
        let link = ValueReader<(path: String, target: String)>.mapping(standIn: ("", "")) { section in
            (path: section.required("path", .text(.guestPath)), target: section.required("target", .text(.path)))
        }
        return [
            part(section, .write, file) {
                ($0.path, .write(path: $0.path, content: $0.content, access: $0.access), nil)
            },
            part(section, .upload, upload) { ($0.to, .upload(path: $0.to, contents: $0.from, access: $0.access), nil) },
            part(section, .copyIn, copy) { ($0.to, .copyIn(entries: $0.from, to: $0.to, access: $0.access), nil) },
            part(section, .edit, edit) { ($0.path, $0.step, nil) },
            part(section, .delete, guestPatterns) { ($0.joined(separator: ", "), .delete($0), nil) },
            part(section, .mkdir, directory) { ($0.path, .mkdir(path: $0.path, access: $0.access), nil) },
            part(section, .chmod, chmod) { ($0.path, $0.step, nil) },
            part(section, .chown, chown) { ($0.path, $0.step, nil) },
            part(section, .link, link) { ($0.path, .link(path: $0.path, target: $0.target), nil) },
            part(section, .touch, .text(.guestPath)) { ($0, .touch($0), nil) },
            part(section, .truncate, .text(.guestPath)) { ($0, .truncate($0), nil) },
        ].compactMap { $0 }
    }

    /// - Parameter mode: The permissions where none are given; nil where what is copied has its own.
    private func access(_ section: MappingReader, mode: UInt16?) -> Access {
        let given =
            if let mode { section.value("mode", .permissions, default: mode) } else {
                section.optional("mode", .permissions)
            }
        return Access(
            mode: given,
            owner: section.value("owner", .text(.owner), default: "root"),
            group: section.value("group", .text(.owner), default: "root")
        )
    }

    private var guestContent: ValueReader<Recipe.Customization.Content> {
        let text = ValueReader<String>.fileText
        let secret = ValueReader<Recipe.SecretName>.secret
        let schema = { ValueSchema.either([text.schema, secret.schema]) }
        return ValueReader(standIn: .text(""), schema: schema()) { node, path, context in
            if case .mapping = node { return .secret(secret.read(node, at: path, context)) }
            return .text(text.read(node, at: path, context))
        }
    }

    private var fileBeside: ValueReader<Recipe.Customization.FileContents> {
        ValueReader(standIn: .init(bytes: []), schema: TextRule.pathBelow.schema) { node, path, context in
            let name = ValueReader<String>.text(.pathBelow).read(node, at: path, context)
            guard !name.isEmpty else { return .init(bytes: []) }
            do throws(InjectedSource.Refusal) {
                return .init(
                    bytes: try InjectedSource.read(name, below: absolute("."), atMost: InjectedSource.treeLimit)
                )
            } catch {
                context.report("'\(path)': \(Quoted(name)) \(error.reason)", at: node)
                return .init(bytes: [])
            }
        }
    }

    private var treeBeside: ValueReader<[Recipe.Customization.TreeEntry]> {
        ValueReader(standIn: [], schema: TextRule.pathBelow.schema) { node, path, context in
            let name = ValueReader<String>.text(.pathBelow).read(node, at: path, context)
            guard !name.isEmpty else { return [] }
            do throws(InjectedSource.Refusal) {
                return try InjectedTree.read(name, below: absolute("."))
            } catch {
                context.report("'\(path)': \(Quoted(name)) \(error.reason)", at: node)
                return []
            }
        }
    }

    private var edit: ValueReader<(path: String, step: Step)> {
        .mapping(standIn: ("", .touch(""))) { section in
            let path = section.required("path", .text(.guestPath))
            let match = section.required("match", .regularExpression)
            let replace = section.required("replace", .text(.replacement))
            let missing = section.value("missing", .choice(standIn: Recipe.Customization.Missing.fail), default: .fail)
            return (path, .edit(path: path, match: match, replace: replace, missing: missing))
        }
    }

    private var guestPatterns: ValueReader<[String]> {
        .distinctList(.text(.guestPattern), atMost: 200)
    }

    private var chmod: ValueReader<(path: String, step: Step)> {
        .mapping(standIn: ("", .touch(""))) { section in
            let path = section.required("path", .text(.guestPath))
            let mode = section.required("mode", .permissions)
            let isRecursive = section.value("recursive", .flag, default: false)
            return (path, .chmod(path: path, mode: mode, isRecursive: isRecursive))
        }
    }

    private var chown: ValueReader<(path: String, step: Step)> {
        .mapping(standIn: ("", .touch(""))) { section in
            let path = section.required("path", .text(.guestPath))
            let access = Access(
                owner: section.optional("owner", .text(.owner)),
                group: section.optional("group", .text(.owner))
            )
            if access.owner == nil, access.group == nil {
                section.report("'chown' needs 'owner', 'group' or both", at: "owner")
            }
            let isRecursive = section.value("recursive", .flag, default: false)
            return (path, .chown(path: path, access: access, isRecursive: isRecursive))
        }
    }

    // MARK: programs and packages

    private func programParts(_ section: MappingReader) -> [Part] {
        [
            part(section, .run, run) { ($0.subject, $0.step, $0.limit) },
            part(section, .install, install) { ($0.subject, $0.step, $0.limit) },
            part(section, .remove, removed) { ($0.joined(separator: ", "), .remove($0), nil) },
            part(section, .update, update) { ($0.subject, $0.step, $0.limit) },
        ].compactMap { $0 }
    }

    private var removed: ValueReader<[String]> {
        let names = ValueReader<[String]>.distinctList(.text(.guestPackage))
        return ValueReader(standIn: [], schema: names.schema) { node, path, context in
            let packages = names.read(node, at: path, context)
            if case .sequence(let items) = node, items.isEmpty {
                context.report("'\(path)' names nothing to remove", at: node)
            }
            return packages
        }
    }

    private typealias Running = (subject: String, step: Step, limit: Duration?)

    private func limit(_ section: MappingReader) -> Duration? {
        section.optional("limit", .duration(in: .seconds(1)...(.seconds(86400))))
    }

    private var run: ValueReader<Running> {
        .mapping(standIn: ("", .touch(""), nil)) { section in
            let script = section.optional("script", .script(inKickstart: false))
            let interpreter = section.optional("interpreter", .text(.absolutePath))
            let command = section.optional("command", .list(.text(.argument), atMost: 200))
            let network = section.value("network", .flag, default: false)
            let limit = limit(section)
            switch (script, command) {
            case (let script?, nil):
                return ("a script", .run(.script(script, interpreter: interpreter), network: network), limit)
            case (nil, let command?):
                if command.isEmpty { section.report("'command' needs a program", at: "command") }
                if interpreter != nil {
                    section.report("a 'command' has no interpreter", at: "interpreter", hint: "give a 'script' instead")
                }
                return (command.first ?? "", .run(.command(command), network: network), limit)
            default:
                let message =
                    script == nil ? "'run' needs 'script' or 'command'" : "'run' takes 'script' or 'command', not both"
                section.report(message, at: "command")
                return ("", .touch(""), nil)
            }
        }
    }

    private var install: ValueReader<Running> {
        let names = ValueReader<[String]>.distinctList(.text(.guestPackage))
        let mapping = ValueReader<Running>.mapping(standIn: ("", .touch(""), nil)) { section in
            let packages = section.value("packages", names, default: [])
            let files = section.value("files", .list(packageFile, atMost: 100), default: [])
            // Packages by name come from somewhere; files may need nothing else.
            let network = section.optional("network", .flag) ?? !packages.isEmpty
            if packages.isEmpty, files.isEmpty {
                section.report("'install' names nothing to install", at: "packages")
            }
            for (index, file) in files.enumerated() where files[..<index].contains(where: { $0.name == file.name }) {
                section.report("two files are named \(Quoted(file.name))", at: "files")
            }
            let step = Step.install(packages: packages, files: files, network: network)
            return ((packages + files.map(\.name)).joined(separator: ", "), step, limit(section))
        }
        let schema = { ValueSchema.either([names.schema, mapping.schema]) }
        return ValueReader(standIn: ("", .touch(""), nil), schema: schema()) { node, path, context in
            guard case .sequence = node else { return mapping.read(node, at: path, context) }
            let packages = names.read(node, at: path, context)
            if packages.isEmpty { context.report("'\(path)' names nothing to install", at: node) }
            return (packages.joined(separator: ", "), .install(packages: packages, files: [], network: true), nil)
        }
    }

    private var update: ValueReader<Running> {
        let names = ValueReader<[String]>.distinctList(.text(.guestPackage))
        let word = ValueReader<All>.choice(standIn: .all)
        let mapping = ValueReader<Running>.mapping(standIn: ("", .touch(""), nil)) { section in
            let packages = section.value("packages", names, default: [])
            let network = section.value("network", .flag, default: true)
            let subject = packages.isEmpty ? "all packages" : packages.joined(separator: ", ")
            return (subject, .update(packages, network: network), limit(section))
        }
        let schema = { ValueSchema.either([word.schema, names.schema, mapping.schema]) }
        return ValueReader(standIn: ("", .touch(""), nil), schema: schema()) { node, path, context in
            switch node {
            case .mapping: return mapping.read(node, at: path, context)
            case .sequence:
                let packages = names.read(node, at: path, context)
                if packages.isEmpty { context.report("'\(path)' names nothing to update", at: node) }
                return (packages.joined(separator: ", "), .update(packages, network: true), nil)
            default:
                _ = word.read(node, at: path, context)
                return ("all packages", .update([], network: true), nil)
            }
        }
    }

    private var packageFile: ValueReader<Recipe.Customization.PackageFile> {
        let contents = fileBeside
        let standIn = Recipe.Customization.PackageFile(name: "", contents: .init(bytes: []))
        return ValueReader(standIn: standIn, schema: contents.schema) { node, path, context in
            let contents = contents.read(node, at: path, context)
            guard case .scalar(let scalar) = node, !contents.bytes.isEmpty else { return standIn }
            let name = scalar.string.split(separator: "/").last.map(String.init) ?? ""
            guard TextRule.packageFile.accepts(name) else {
                context.report("'\(path)': \(Quoted(name)) must be \(TextRule.packageFile.requirement)", at: node)
                return standIn
            }
            return .init(name: name, contents: contents)
        }
    }

    // MARK: accounts

    private func accountParts(_ section: MappingReader) -> [Part] {
        let group = ValueReader<(name: String, gid: Int?, isSystem: Bool)>.mapping(standIn: ("", nil, false)) {
            section in
            (
                name: section.required("name", .text(.account)), gid: section.optional("gid", .integer(in: 1...60000)),
                isSystem: section.value("system", .flag, default: false)
            )
        }
        let keys = ValueReader<(user: String, keys: [String])>.mapping(standIn: ("", [])) { section in
            let user = section.required("user", .text(.account))
            let keys = section.required("keys", .list(.text(.publicKey)))
            if keys.isEmpty { section.report("'ssh_key' names no key", at: "keys") }
            return (user, keys)
        }
        let password = ValueReader<(user: String, secret: Recipe.SecretName?)>.mapping(standIn: ("", nil)) { section in
            let user = section.required("user", .text(.account))
            let secret = section.optional("password", .secret)
            let isLocked = section.value("lock", .flag, default: false)
            if (secret != nil) == isLocked {
                let message = "'password' needs either 'password: {secret: NAME}' or 'lock: true'"
                section.report(message, at: "password")
            }
            return (user, secret)
        }
        return [
            part(section, .group, group) { ($0.name, .group(name: $0.name, gid: $0.gid, isSystem: $0.isSystem), nil) },
            part(section, .user, account) { ($0.name, .user($0), nil) },
            part(section, .password, password) { ($0.user, .password(user: $0.user, secret: $0.secret), nil) },
            part(section, .sshKey, keys) { ($0.user, .sshKey(user: $0.user, keys: $0.keys), nil) },
        ].compactMap { $0 }
    }

    private var account: ValueReader<Recipe.Customization.Account> {
        let standIn = Recipe.Customization.Account(
            name: "",
            groups: [],
            isSystem: false,
            sshKeys: [],
            sudo: false
        )
        return .mapping(standIn: standIn) { section in
            let account = Recipe.Customization.Account(
                name: section.required("name", .text(.account)),
                uid: section.optional("uid", .integer(in: 1...60000)),
                gecos: section.optional("gecos", .text(.gecos)),
                group: section.optional("group", .text(.account)),
                groups: section.value("groups", .distinctList(.text(.account)), default: []),
                home: section.optional("home", .text(.guestPath)),
                shell: section.optional("shell", .text(.loginShell)),
                isSystem: section.value("system", .flag, default: false),
                sshKeys: section.value("ssh_keys", .list(.text(.publicKey)), default: []),
                password: section.optional("password", .secret),
                sudo: section.value("sudo", .flag, default: false)
            )
            if account.name == "root" {
                section.report("root exists already", at: "name", hint: "see the steps 'password' and 'ssh_key'")
            }
            return account
        }
    }

    // MARK: the system

    private func systemParts(_ section: MappingReader) -> [Part] {
        [
            part(section, .hostname, .text(.hostname)) { ($0, .hostname($0), nil) },
            part(section, .timezone, .text(.timezone)) { ($0, .timezone($0), nil) },
            part(section, .service, service) { ($0.subject, $0.step, nil) },
            part(section, .firstboot, firstBoot) { ($0.subject, $0.step, nil) },
            part(section, .relabel, .choice(standIn: Relabel.changed)) {
                ("\($0.rawValue) files", .relabel(all: $0 == .all), nil)
            },
        ].compactMap { $0 }
    }

    private var service: ValueReader<(subject: String, step: Step)> {
        .mapping(standIn: ("", .touch(""))) { section in
            let names = ValueReader<[String]>.distinctList(.text(.service))
            let enable = section.value("enable", names, default: [])
            let disable = section.value("disable", names, default: [])
            let mask = section.value("mask", names, default: [])
            let all = enable + disable + mask
            if all.isEmpty { section.report("'service' names no service", at: "enable") }
            for name in Set(enable).intersection(disable + mask).sorted() {
                section.report("service \(Quoted(name)) is both enabled and switched off", at: "enable")
            }
            return (all.joined(separator: ", "), .service(enable: enable, disable: disable, mask: mask))
        }
    }

    private var firstBoot: ValueReader<(subject: String, step: Step)> {
        .mapping(standIn: ("", .touch(""))) { section in
            let name = section.value("name", .text(.name), default: "script")
            let interpreter = section.optional("interpreter", .text(.absolutePath))
            let script = section.required("script", .script(inKickstart: false))
            return (name, .firstboot(name: name, interpreter: interpreter, script: script))
        }
    }

    /// Reports steps that what comes after them undoes.
    func checkCustomizing(_ recipe: Recipe, in top: MappingReader) {
        guard case .sequence(let nodes)? = top.node(for: "customize"), recipe.system.lockRoot,
            nodes.count == recipe.customize.count
        else { return }
        for (node, step) in zip(nodes, recipe.customize) {
            if case .password("root", _?) = step.step {
                context.report(
                    "the password of root has no effect, for sysprep locks it",
                    at: node,
                    hint: "write lock_root: false in 'system' to keep it"
                )
            }
        }
    }
}

/// The word for everything.
private enum All: String, CaseIterable {
    case all
}

/// Which files get their labels.
private enum Relabel: String, CaseIterable {
    case changed
    case all
}

extension Recipe.Customization {
    /// What it holds of files beside the recipe, in bytes.
    fileprivate var byteCount: Int {
        switch step {
        case .upload(_, let contents, _): contents.bytes.count
        case .copyIn(let entries, _, _): entries.reduce(0) { $0 + ($1.contents?.bytes.count ?? 0) }
        case .install(_, let files, _): files.reduce(0) { $0 + $1.contents.bytes.count }
        default: 0
        }
    }
}
