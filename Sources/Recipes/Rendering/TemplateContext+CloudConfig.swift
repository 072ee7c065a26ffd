extension TemplateContext {
    /// The names that cloud.cfg templates can use.
    static func cloudConfig(_ recipe: Recipe) -> Self {
        let cloudInit = recipe.cloudInit
        let user = cloudInit.defaultUser
        return TemplateContext([
            "os": .text(recipe.os.rawValue),
            "distro": .text(recipe.os.cloudInitDefaults.distro),
            "default_user": .text(user.name),
            "default_user_gecos": .optional("gecos", user.gecos),
            "default_user_has_groups": .flag(!user.groups.isEmpty),
            "default_user_groups": .texts("group", user.groups),
            "default_user_shell": .text(user.shell),
            "default_user_has_sudo": .flag(!user.sudo.isEmpty),
            "default_user_sudo": .texts("rule", user.sudo),
            "default_user_lock_passwd": .flag(user.lockPassword),
            "default_user_has_keys": .flag(!user.sshAuthorizedKeys.isEmpty),
            "default_user_keys": .texts("key", user.sshAuthorizedKeys),
            "disable_root": .flag(cloudInit.disableRoot),
            "ssh_pwauth": .flag(cloudInit.sshPasswordAuthentication),
            "ssh_deletekeys": .flag(cloudInit.sshDeleteKeys),
            "has_datasources": .flag(cloudInit.datasources != nil),
            "datasources": .texts("datasource", cloudInit.datasources ?? []),
            "init_modules": .texts("module", cloudInit.modules.initial),
            "config_modules": .texts("module", cloudInit.modules.config),
            "final_modules": .texts("module", cloudInit.modules.final),
            "network_disabled": .flag(cloudInit.network.configuration == .disabled),
            "network_dhcp": .flag(cloudInit.network.configuration == .dhcp),
            "has_renderers": .flag(cloudInit.network.renderers != nil),
            "renderers": .texts("renderer", cloudInit.network.renderers?.map(\.rawValue) ?? []),
            "has_init_modules": .flag(!cloudInit.modules.initial.isEmpty),
            "has_config_modules": .flag(!cloudInit.modules.config.isEmpty),
            "has_final_modules": .flag(!cloudInit.modules.final.isEmpty),
        ])
    }
}
