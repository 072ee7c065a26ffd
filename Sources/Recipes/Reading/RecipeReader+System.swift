import Yams

extension RecipeReader {
    /// Reads `system`.
    func system(for os: OperatingSystem, disk: ByteCount) -> ValueReader<Recipe.System> {
        let standIn = Recipe.System(
            locale: os.defaultLocale,
            keyboard: "us",
            timezone: timezone.standIn,
            network: network(for: os).standIn,
            partitions: [],
            bootloader: bootloader.standIn,
            rootPassword: .random,
            lockRoot: true,
            users: [],
            packages: [],
            excludePackages: [],
            services: services.standIn,
            firewall: nil,
            selinux: nil,
            passwordHashing: nil,
            x11: false
        )
        return .mapping(standIn: standIn) { section in
            let system = Recipe.System(
                locale: section.value("locale", .text(.locale), default: standIn.locale),
                keyboard: section.value("keyboard", .text(.keyboard), default: standIn.keyboard),
                timezone: section.value("timezone", timezone, default: standIn.timezone),
                network: section.value("network", network(for: os), default: standIn.network),
                partitions: section.required("partitions", partitions(for: os, disk: disk)),
                bootloader: section.value("bootloader", bootloader, default: standIn.bootloader),
                rootPassword: section.value("root_password", rootPassword, default: .random),
                lockRoot: section.value("lock_root", .flag, default: true),
                users: section.value("users", users, default: []),
                packages: section.value("packages", .distinctList(.text(.package)), default: []),
                excludePackages: section.value("exclude_packages", .distinctList(.text(.package)), default: []),
                services: section.value("services", services, default: standIn.services),
                firewall: section.optional("firewall", .choice(standIn: Switch.disabled)).map { $0 == .enabled },
                selinux: section.optional("selinux", .choice(among: os.installer.selinux, standIn: .disabled)),
                passwordHashing: section.optional("password_hashing", .choice(standIn: .sha512)),
                x11: section.value("x11", .flag, default: false)
            )
            check(section, system, os)
            for package in system.packages where system.excludePackages.contains(package) {
                section.report(
                    "package \(Quoted(package)) is both in 'packages' and in 'exclude_packages'",
                    at: "exclude_packages"
                )
            }
            return system
        }
    }

    /// Reports what the installer of an operating system cannot be asked for.
    private func check(_ section: MappingReader, _ system: Recipe.System, _ os: OperatingSystem) {
        let installer = os.installer
        let refused = "the installer of \(os.rawValue)"
        if system.passwordHashing != nil, !installer.takesPasswordHashing {
            section.report("\(refused) has no 'password_hashing'", at: "password_hashing")
        }
        if system.firewall == true, !installer.takesFirewall {
            section.report("\(refused) sets up no firewall", at: "firewall", hint: "install one as a package")
        }
        if system.x11, !installer.takesX11 {
            section.report("\(refused) sets up no display server", at: "x11", hint: "install one as a package")
        }
        guard !installer.takesPackageGroups, case .sequence(let nodes)? = section.node(for: "packages") else { return }
        for (node, package) in zip(nodes, system.packages) where package.contains(where: { "@*?".contains($0) }) {
            section.context.report("\(refused) knows no groups and patterns, so not \(Quoted(package))", at: node)
        }
    }

    private var timezone: ValueReader<Recipe.System.Timezone> {
        .mapping(standIn: .init(name: "UTC", utc: true)) { section in
            Recipe.System.Timezone(
                name: section.required("name", .text(.timezone)),
                utc: section.value("utc", .flag, default: true)
            )
        }
    }

    private var bootloader: ValueReader<Recipe.System.Bootloader> {
        .mapping(standIn: .init(append: [], timeout: nil)) { section in
            Recipe.System.Bootloader(
                append: section.value("append", .list(.text(.kernelArgument)), default: []),
                timeout: section.optional("timeout", .integer(in: 0...600))
            )
        }
    }

    private var services: ValueReader<Recipe.System.Services> {
        .mapping(standIn: .init(enabled: [], disabled: [])) { section in
            let services = Recipe.System.Services(
                enabled: section.value("enabled", .distinctList(.text(.service)), default: []),
                disabled: section.value("disabled", .distinctList(.text(.service)), default: [])
            )
            for service in services.enabled where services.disabled.contains(service) {
                section.report("service \(Quoted(service)) is both enabled and disabled", at: "disabled")
            }
            return services
        }
    }

    private var rootPassword: ValueReader<RootPassword> {
        ValueReader(standIn: .random) { node, path, context in
            let form = "the word random, {env: NAME}, {file: PATH} or {secret: NAME}"
            switch node {
            case .scalar(let scalar) where scalar.string == "random":
                return .random
            case .mapping:
                let reader = ValueReader<RootPassword?>.mapping(standIn: nil) { section in
                    let variable = section.optional("env", .text(.environmentVariable))
                    let file = section.optional("file", .text(.path))
                    // The path is relative to the file of the value that was read last.
                    let absolutePath = file.map { absolute($0) }
                    let secret = section.optional("secret", .secretName)
                    switch (variable, absolutePath, secret) {
                    case (let variable?, nil, nil): return .environment(variable)
                    case (nil, let path?, nil): return .file(path)
                    case (nil, nil, let secret?): return .secret(secret)
                    default:
                        context.report("'\(path)' must be \(form)", at: node)
                        return nil
                    }
                }
                return reader.read(node, at: path, context) ?? .random
            default:
                // What stands here may be a password, so the message does not repeat it.
                let hint = "a password does not belong in a recipe, not even hashed"
                context.report("'\(path)' must be \(form)", at: node, hint: hint)
                return .random
            }
        }
    }

    private var users: ValueReader<[Recipe.User]> {
        let standIn = Recipe.User(name: "", groups: [], shell: nil, sshKeys: [], sudo: false)
        let user = ValueReader.mapping(standIn: standIn) { section in
            Recipe.User(
                name: section.required("name", .text(.account)),
                groups: section.value("groups", .distinctList(.text(.account)), default: []),
                shell: section.optional("shell", .text(.absolutePath)),
                sshKeys: section.value("ssh_keys", .list(.text(.publicKey)), default: []),
                sudo: section.value("sudo", .flag, default: false)
            )
        }
        let list = ValueReader.list(user)
        return ValueReader(standIn: []) { node, path, context in
            let users = list.read(node, at: path, context)
            for (index, user) in users.enumerated() where !user.name.isEmpty {
                if user.name == "root" {
                    context.report(
                        "'\(path)[\(index)]': root exists already",
                        at: node.element(index),
                        hint: "see 'root_password'"
                    )
                }
                guard users[..<index].contains(where: { $0.name == user.name }) else { continue }
                context.report("two users are named \(Quoted(user.name))", at: node.element(index))
            }
            return users
        }
    }
}

/// The two words for what is on or off.
private enum Switch: String, CaseIterable {
    case enabled
    case disabled
}
