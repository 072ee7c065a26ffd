import Yams

extension RecipeReader {
    /// Reads `system`, which may be missing.
    func system(for target: InstallTarget, hasOwnKickstart: Bool, in top: MappingReader) -> Recipe.System {
        let reader = system(for: target, hasOwnKickstart: hasOwnKickstart)
        if let system = top.optional("system", reader) { return system }
        if !hasOwnKickstart { checkSize(StorageLayout(reader.standIn.partitions), target, top.node, context) }
        return reader.standIn
    }

    /// Reads `system`.
    ///
    /// - Parameter hasOwnKickstart: Whether a complete kickstart leaves most of it without effect.
    func system(for target: InstallTarget, hasOwnKickstart: Bool) -> ValueReader<Recipe.System> {
        let os = target.os
        let standIn = Recipe.System(
            locale: os.defaultLocale,
            keyboard: "us",
            timezone: timezone(for: os).standIn,
            network: network(for: os).standIn,
            diskLabel: nil,
            partitions: target.standardPartitions(nil),
            bootloader: bootloader(for: target).standIn,
            rootPassword: .random,
            lockRoot: true,
            users: [],
            packages: os.defaultPackages,
            excludePackages: [],
            modules: [],
            services: services.standIn,
            firewall: nil,
            selinux: nil,
            fips: false,
            subscription: nil,
            passwordHashing: nil,
            x11: false
        )
        return .mapping(standIn: standIn) { section in
            let label = section.optional("disk_label", .choice(standIn: Recipe.DiskLabel.mbr))
            let partitions = section.optional("partitions", partitions(for: target, label))
            let standard = target.standardPartitions(label)
            if partitions == nil, !hasOwnKickstart {
                checkSize(StorageLayout(standard), target, section.node, section.context)
            }
            let named = section.value("packages", .distinctList(.text(.package)), default: [])
            let excluded = section.value("exclude_packages", .distinctList(.text(.package)), default: [])
            let system = Recipe.System(
                locale: section.value("locale", .text(.locale), default: standIn.locale),
                keyboard: section.value("keyboard", .text(.keyboard), default: standIn.keyboard),
                timezone: section.value("timezone", timezone(for: os), default: standIn.timezone),
                network: section.value("network", network(for: os), default: standIn.network),
                diskLabel: label,
                partitions: partitions ?? standard,
                bootloader: section.value("bootloader", bootloader(for: target), default: standIn.bootloader),
                rootPassword: section.value("root_password", rootPassword, default: .random),
                lockRoot: section.value("lock_root", .flag, default: true),
                users: section.value("users", users, default: []),
                packages: os.defaultPackages.filter { !named.contains($0) && !excluded.contains($0) } + named,
                excludePackages: excluded,
                modules: section.value("modules", modules, default: []),
                services: section.value("services", services, default: standIn.services),
                firewall: section.optional("firewall", firewall),
                selinux: section.optional("selinux", .choice(among: os.installer.selinux, standIn: .disabled)),
                fips: section.value("fips", .flag, default: false),
                subscription: section.optional("subscription", subscription).flatMap { $0 },
                passwordHashing: section.optional("password_hashing", .choice(standIn: .sha512)),
                x11: section.value("x11", .flag, default: false)
            )
            if hasOwnKickstart {
                for key in Self.kickstartKeys {
                    refuseWithoutEffect(key, in: section, because: "beside 'install.kickstart'")
                }
            }
            check(section, system, target)
            let environments = named.filter { $0.hasPrefix("@^") }
            if environments.count > 1 {
                let names = environments.map { "\(Quoted($0))" }.joined(separator: ", ")
                section.report("a system has one environment, not \(names)", at: "packages")
            }
            for package in named where excluded.contains(package) {
                section.report(
                    "package \(Quoted(package)) is both in 'packages' and in 'exclude_packages'",
                    at: "exclude_packages"
                )
            }
            return system
        }
    }

    /// The keys that only a rendered kickstart follows.
    private static let kickstartKeys = [
        "locale", "keyboard", "timezone", "network", "disk_label", "partitions", "bootloader", "users", "packages",
        "exclude_packages", "modules", "services", "firewall", "selinux", "subscription", "password_hashing", "x11",
    ]

    /// Reports what the installer of an operating system cannot be asked for.
    private func check(_ section: MappingReader, _ system: Recipe.System, _ target: InstallTarget) {
        let installer = target.os.installer
        let name = target.os.rawValue
        let refused = "the installer of \(name)"
        if system.passwordHashing != nil, !installer.can(.passwordHashing) {
            section.report("\(refused) has no 'password_hashing'", at: "password_hashing")
        }
        if system.firewall?.enabled == true, !installer.can(.firewall) {
            section.report("\(refused) sets up no firewall", at: "firewall", hint: "install one as a package")
        }
        if system.x11, !installer.can(.displayServer) {
            section.report("\(refused) sets up no display server", at: "x11", hint: "install one as a package")
        }
        if system.diskLabel == .mbr, target.machine.firmware != .bios {
            section.report("firmware '\(target.machine.firmware.rawValue)' boots from a GPT disk", at: "disk_label")
        }
        if !system.modules.isEmpty, !installer.can(.modules) {
            let hint = "modules came with EL8 and ended with EL9; name the packages"
            section.report("\(refused) knows no modules", at: "modules", hint: hint)
        }
        if system.fips, !installer.can(.fips) {
            let hint = "Enterprise Linux 8, 9 and 10 have a FIPS mode that an installer sets up"
            section.report("\(refused) sets up no FIPS mode", at: "fips", hint: hint)
        }
        if system.subscription != nil, !installer.can(.subscription) {
            section.report("\(name) is not subscribed to: that is for rhel9", at: "subscription")
        }
        guard !installer.can(.packageGroups) else { return }
        for key in ["packages", "exclude_packages"] {
            guard case .sequence(let nodes)? = section.node(for: key) else { continue }
            for node in nodes {
                guard case .scalar(let scalar) = node, scalar.string.contains(where: { "@*?".contains($0) }) else {
                    continue
                }
                let message = "\(refused) knows no groups and patterns, so not \(Quoted(scalar.string))"
                section.context.report(message, at: node)
            }
        }
    }

    private func timezone(for os: OperatingSystem) -> ValueReader<Recipe.System.Timezone> {
        .mapping(standIn: .init(name: "UTC", utc: true)) { section in
            let timezone = Recipe.System.Timezone(
                name: section.required("name", .text(.timezone)),
                utc: section.value("utc", .flag, default: true),
                ntp: section.optional("ntp", .distinctList(.text(.timeServer)))
            )
            if timezone.ntp != nil, !os.installer.can(.timeServers) {
                let hint = "a script in 'install.post' can write /etc/systemd/timesyncd.conf"
                section.report("the installer of \(os.rawValue) sets up no time servers", at: "ntp", hint: hint)
            }
            return timezone
        }
    }

    private func bootloader(for target: InstallTarget) -> ValueReader<Recipe.System.Bootloader> {
        let standard = target.standardBootloader
        let locations = target.os.installer.bootloaderLocations
        return .mapping(standIn: standard) { section in
            Recipe.System.Bootloader(
                append: section.value("append", .list(.text(.kernelArgument)), default: standard.append),
                timeout: section.optional("timeout", .integer(in: 0...600)) ?? standard.timeout,
                location: section.optional("location", .choice(among: locations, standIn: .mbr))
            )
        }
    }

    private var services: ValueReader<Recipe.System.Services> {
        .mapping(standIn: .init(enabled: [], disabled: [])) { section in
            let services = Recipe.System.Services(
                enabled: section.value("enabled", .distinctList(.text(.service)), default: []),
                disabled: section.value("disabled", .distinctList(.text(.service)), default: [])
            )
            let name = { (service: String) in service.hasSuffix(".service") ? String(service.dropLast(8)) : service }
            let disabled = Set(services.disabled.map(name))
            for service in services.enabled where disabled.contains(name(service)) {
                section.report("service \(Quoted(service)) is both enabled and disabled", at: "disabled")
            }
            return services
        }
    }

    /// Reads the words `enabled` and `disabled`, or a mapping with what the firewall lets in.
    private var firewall: ValueReader<Recipe.Firewall> {
        let mapping = ValueReader.mapping(standIn: Recipe.Firewall(enabled: true)) { section in
            let firewall = Recipe.Firewall(
                enabled: section.value("enabled", .flag, default: true),
                services: section.value("services", .distinctList(.text(.firewallService)), default: []),
                ports: section.value("ports", .distinctList(port), default: [])
            )
            if !firewall.enabled, !(firewall.services.isEmpty && firewall.ports.isEmpty) {
                section.report("a firewall that is off lets everything in", at: "enabled")
            }
            return firewall
        }
        let word = ValueReader<Switch>.choice(standIn: .disabled)
        let schema = { ValueSchema.either([word.schema, mapping.schema]) }
        return ValueReader(standIn: Recipe.Firewall(enabled: false), schema: schema()) { node, path, context in
            if case .mapping = node { return mapping.read(node, at: path, context) }
            return Recipe.Firewall(enabled: word.read(node, at: path, context) == .enabled)
        }
    }

    private var port: ValueReader<Recipe.Firewall.Port> {
        let standIn = Recipe.Firewall.Port(numbers: 0...0, transport: "tcp")
        return ValueReader(standIn: standIn, schema: TextRule.port.schema) { node, path, context in
            let form = "a port such as 443/tcp or 6000-6010/udp"
            guard let text = Scalars.text(node, path, context, expecting: form) else { return standIn }
            guard let port = Recipe.Firewall.Port(parsing: text) else {
                context.report("'\(path)' must be \(form), not \(Quoted(text))", at: node)
                return standIn
            }
            return port
        }
    }

    private var modules: ValueReader<[Recipe.Module]> {
        let list = ValueReader<[String]>.distinctList(.text(.module))
        return ValueReader(standIn: [], schema: list.schema) { node, path, context in
            let modules = list.read(node, at: path, context).filter { !$0.isEmpty }.map { text in
                let parts = text.split(separator: ":").map(String.init)
                return Recipe.Module(name: parts[0], stream: parts.count > 1 ? parts[1] : nil)
            }
            for (index, module) in modules.enumerated()
            where modules[..<index].contains(where: { $0.name == module.name && $0 != module }) {
                context.report("two streams of module \(Quoted(module.name)) are enabled", at: node.element(index))
            }
            return modules
        }
    }

    private var subscription: ValueReader<Recipe.Subscription?> {
        .mapping(standIn: nil) { section in
            let organization = section.required("organization", .text(.organization))
            let key = section.required("activation_key", .secret)
            return Recipe.Subscription(organization: organization, activationKey: key)
        }
    }

    private var rootPassword: ValueReader<RootPassword> {
        let form = "the word random, {env: NAME}, {file: PATH} or {secret: NAME}"
        let mapping = ValueReader<RootPassword?>.mapping(standIn: .random) { section in
            let variable = section.optional("env", .text(.environmentVariable))
            let file = section.optional("file", .text(.path))
            // The path is relative to the file of the value that was read last.
            let absolutePath = file.map { absolute($0) }
            let secret = section.optional("secret", .secretName)
            switch (variable, absolutePath, secret) {
            case (let variable?, nil, nil): return .environment(variable)
            case (nil, let path?, nil): return .file(path)
            case (nil, nil, let secret?): return .secret(secret)
            default: return nil
            }
        }
        return ValueReader(standIn: .random, schema: .either([.words(["random"]), mapping.schema])) {
            node,
            path,
            context in
            switch node {
            case .scalar(let scalar) where scalar.string == "random":
                return .random
            case .mapping:
                if let password = mapping.read(node, at: path, context) { return password }
                context.report("'\(path)' must be \(form)", at: node)
                return .random
            default:
                // What stands here may be a password, so the message does not repeat it.
                let hint = "a password does not belong in a recipe, not even hashed"
                context.report("'\(path)' must be \(form)", at: node, hint: hint)
                return .random
            }
        }
    }

    private var users: ValueReader<[Recipe.User]> {
        let standIn = Recipe.User(
            name: "",
            uid: nil,
            gecos: nil,
            groups: [],
            shell: nil,
            sshKeys: [],
            sudo: false,
            password: nil
        )
        let user = ValueReader.mapping(standIn: standIn) { section in
            Recipe.User(
                name: section.required("name", .text(.account)),
                // 65534 is nobody, and the two above the range are errors to the kernel.
                uid: section.optional("uid", .integer(in: 1...60000)),
                gecos: section.optional("gecos", .text(.gecos)),
                groups: section.value("groups", .distinctList(.text(.account)), default: []),
                shell: section.optional("shell", .text(.loginShell)),
                sshKeys: section.value("ssh_keys", .list(.text(.publicKey)), default: []),
                sudo: section.value("sudo", .flag, default: false),
                password: section.optional("password", .secret)
            )
        }
        let list = ValueReader.list(user)
        return ValueReader(standIn: [], schema: list.schema) { node, path, context in
            let users = list.read(node, at: path, context)
            for (index, user) in users.enumerated() where !user.name.isEmpty {
                if user.name == "root" {
                    context.report(
                        "'\(path)[\(index)]': root exists already",
                        at: node.element(index),
                        hint: "see 'root_password'"
                    )
                }
                if AccountNames.system.contains(user.name) {
                    let message = "'\(path)[\(index)]': \(Quoted(user.name)) is an account of the system's own"
                    context.report(message, at: node.element(index))
                }
                if let uid = user.uid, users[..<index].contains(where: { $0.uid == uid }) {
                    context.report("two users have the number \(uid)", at: node.element(index))
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
