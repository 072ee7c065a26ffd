extension RecipeReader {
    /// Reads `cloud_init`.
    func cloudInit(for os: OperatingSystem) -> ValueReader<Recipe.CloudInit> {
        let standIn = Recipe.CloudInit(
            defaultUser: defaultUser.standIn,
            disableRoot: true,
            sshPasswordAuthentication: false,
            sshDeleteKeys: true,
            datasources: nil,
            modules: os.cloudInitModules,
            template: nil
        )
        return .mapping(standIn: standIn) { section in
            Recipe.CloudInit(
                defaultUser: section.required("default_user", defaultUser),
                disableRoot: section.value("disable_root", .flag, default: true),
                sshPasswordAuthentication: section.value("ssh_pwauth", .flag, default: false),
                sshDeleteKeys: section.value("ssh_deletekeys", .flag, default: true),
                datasources: section.optional("datasources", .distinctList(.text(.datasource))),
                modules: section.value("modules", modules(standard: os.cloudInitModules), default: os.cloudInitModules),
                template: section.optional("template", template).flatMap { $0 }
            )
        }
    }

    private var defaultUser: ValueReader<Recipe.CloudInit.DefaultUser> {
        let standIn = Recipe.CloudInit.DefaultUser(
            name: "",
            gecos: nil,
            groups: [],
            shell: "/bin/bash",
            sudo: [],
            lockPassword: true,
            sshAuthorizedKeys: []
        )
        return .mapping(standIn: standIn) { section in
            let user = Recipe.CloudInit.DefaultUser(
                name: section.required("name", .text(.account)),
                gecos: section.optional("gecos", .text(.gecos)),
                groups: section.value("groups", .distinctList(.text(.account)), default: []),
                shell: section.value("shell", .text(.absolutePath), default: "/bin/bash"),
                sudo: section.value("sudo", .list(.text(.sudoRule)), default: []),
                lockPassword: section.value("lock_passwd", .flag, default: true),
                sshAuthorizedKeys: section.value("ssh_authorized_keys", .list(.text(.publicKey)), default: [])
            )
            if user.name == "root" {
                section.report("the default user must not be root", at: "name")
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
}
