import SystemPackage
import Yams

extension RecipeReader {
    /// Reads `cloud_init`.
    func cloudInit(for os: OperatingSystem) -> ValueReader<Recipe.CloudInit> {
        let standIn = Recipe.CloudInit(
            defaultUser: os.cloudInitDefaults.user,
            disableRoot: true,
            sshPasswordAuthentication: false,
            sshDeleteKeys: true,
            datasources: nil,
            modules: os.cloudInitDefaults.modules,
            network: .init(configuration: nil, renderers: nil),
            file: nil,
            template: nil
        )
        return .mapping(standIn: standIn) { section in
            let modules = modules(standard: standIn.modules)
            let cloudInit = Recipe.CloudInit(
                defaultUser: section.value("default_user", defaultUser(for: os), default: standIn.defaultUser),
                disableRoot: section.value("disable_root", .flag, default: true),
                sshPasswordAuthentication: section.value("ssh_pwauth", .flag, default: false),
                sshDeleteKeys: section.value("ssh_deletekeys", .flag, default: true),
                datasources: section.optional("datasources", .distinctList(datasource)),
                modules: section.value("modules", modules, default: standIn.modules),
                network: section.value("network", cloudNetwork(for: os), default: standIn.network),
                file: section.optional("file", cloudConfig).flatMap { $0 },
                template: section.optional("template", template).flatMap { $0 }
            )
            if cloudInit.file != nil {
                let keys = [
                    "default_user", "disable_root", "ssh_pwauth", "ssh_deletekeys", "datasources", "modules", "network",
                    "template",
                ]
                for key in keys { refuseWithoutEffect(key, in: section, because: "beside 'cloud_init.file'") }
            }
            return cloudInit
        }
    }

    /// Reads the name of a data source that cloud-init has (its cloudinit/sources/).
    private var datasource: ValueReader<String> {
        let text = ValueReader<String>.text(.datasource)
        return ValueReader(standIn: "", schema: text.schema) { node, path, context in
            let name = text.read(node, at: path, context)
            guard !name.isEmpty, !Self.datasources.contains(name) else { return name }
            let nearest = Self.datasources.first { $0.lowercased() == name.lowercased() }
            let hint = nearest ?? NearestWord.of(name, among: Self.datasources)
            context.report(
                "'\(path)': cloud-init has no data source \(Quoted(name))",
                at: node,
                hint: hint.map { "did you mean '\($0)'?" } ?? "known are "
                    + Self.datasources.sorted().joined(separator: ", ")
            )
            return name
        }
    }

    private static let datasources: Set<String> = [
        "NoCloud", "ConfigDrive", "LXD", "OpenNebula", "DigitalOcean", "Azure", "AltCloud", "OVF", "MAAS", "GCE",
        "OpenStack", "AliYun", "Vultr", "Ec2", "CloudSigma", "CloudStack", "SmartOS", "Bigstep", "Scaleway", "Hetzner",
        "Akamai", "WSL", "IBMCloud", "Oracle", "Exoscale", "RbxCloud", "UpCloud", "VMware", "NWCS", "CloudCIX", "None",
    ]

    /// Reads the name of a complete cloud.cfg and the file, and checks that cloud-init could read it.
    private var cloudConfig: ValueReader<Recipe.Template?> {
        let file = textFile(kind: "cloud.cfg")
        return ValueReader(standIn: nil, schema: file.schema) { node, path, context in
            guard let (file, text) = file.read(node, at: path, context) else { return nil }
            let name = file.lastComponent?.string ?? ""
            for problem in CloudConfigCheck.problems(of: text, name: name) {
                context.report("'\(path)': \(problem)", at: node)
            }
            return Recipe.Template(path: file, text: text)
        }
    }

    private func defaultUser(for os: OperatingSystem) -> ValueReader<Recipe.CloudInit.DefaultUser> {
        let standard = os.cloudInitDefaults.user
        return .mapping(standIn: standard) { section in
            let user = Recipe.CloudInit.DefaultUser(
                name: section.value("name", .text(.account), default: standard.name),
                gecos: section.optional("gecos", .text(.gecos)) ?? standard.gecos,
                groups: section.value("groups", .distinctList(.text(.account)), default: standard.groups),
                shell: section.value("shell", .text(.loginShell), default: standard.shell),
                sudo: section.value("sudo", .list(.text(.sudoRule)), default: standard.sudo),
                lockPassword: section.value("lock_passwd", .flag, default: true),
                sshAuthorizedKeys: section.value("ssh_authorized_keys", .list(.text(.publicKey)), default: [])
            )
            if user.name == "root" {
                section.report("the default user must not be root", at: "name")
            } else if AccountNames.system.contains(user.name) {
                section.report("\(Quoted(user.name)) is an account of the system's own", at: "name")
            }
            return user
        }
    }

    private func modules(standard: Recipe.CloudInit.Modules) -> ValueReader<Recipe.CloudInit.Modules> {
        let list = ValueReader<[String]>.distinctList(.text(.cloudInitModule))
        return .mapping(standIn: standard) { section in
            Recipe.CloudInit.Modules(
                initial: section.value("init", list, default: standard.initial),
                config: section.value("config", list, default: standard.config),
                final: section.value("final", list, default: standard.final)
            )
        }
    }

    private func cloudNetwork(for os: OperatingSystem) -> ValueReader<Recipe.CloudInit.Network> {
        let defaults = os.cloudInitDefaults
        return .mapping(standIn: .init(configuration: nil, renderers: nil)) { section in
            let renderer = ValueReader<Recipe.CloudInit.Renderer>.choice(
                among: defaults.renderers,
                standIn: defaults.renderers.first ?? .netplan
            )
            let network = Recipe.CloudInit.Network(
                configuration: section.optional("config", .choice(standIn: .disabled)),
                renderers: section.optional("renderers", .list(renderer, atMost: 8))
            )
            if network.configuration == .dhcp, !defaults.matchesNames {
                let hint = "leave 'config' out: then it is the data source that says"
                section.report("cloud-init of \(os.rawValue) cannot match devices by name", at: "config", hint: hint)
            }
            if network.renderers?.isEmpty == true {
                section.report("'\(section.path(of: "renderers"))' is empty", at: "renderers", hint: "leave it out")
            }
            if let renderers = network.renderers, Set(renderers).count != renderers.count {
                section.report("a renderer stands twice in '\(section.path(of: "renderers"))'", at: "renderers")
            }
            return network
        }
    }
}
