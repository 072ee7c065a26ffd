/// Which names of a template are what becomes of a recipe's key.
struct TemplateKeys {
    /// A key and the names of which a template must use one.
    struct Row {
        let key: String
        let names: [String]
    }

    /// The keys that a kickstart template follows, through these names; others have an effect elsewhere as well.
    static let kickstart: [Row] = [
        Row(key: "install.repositories", names: ["repositories"]), Row(key: "install.pre", names: ["pre"]),
        Row(key: "install.post", names: ["post"]), Row(key: "install.onerror", names: ["onerror"]),
        Row(key: "system.locale", names: ["locale"]), Row(key: "system.keyboard", names: ["keyboard"]),
        Row(key: "system.timezone.name", names: ["timezone"]), Row(key: "system.timezone.utc", names: ["timezone_utc"]),
        Row(key: "system.timezone.ntp", names: ["ntp_disabled", "ntp_list", "ntp_servers"]),
        Row(key: "system.network.device", names: ["network_device"]),
        Row(key: "system.network.bootproto", names: ["network_dhcp", "network_static"]),
        Row(key: "system.network.ip", names: ["network_static"]),
        Row(key: "system.network.onboot", names: ["network_onboot"]),
        Row(key: "system.network.ipv6", names: ["network_ipv6", "network_ipv6_address"]),
        Row(key: "system.network.mtu", names: ["network_mtu"]),
        Row(key: "system.network.hostname", names: ["network_hostname"]),
        Row(key: "system.network.nozeroconf", names: ["network_nozeroconf"]),
        Row(key: "system.disk_label", names: ["disk_label"]), Row(key: "system.partitions", names: ["partitions"]),
        Row(key: "system.bootloader.append", names: ["bootloader_append"]),
        Row(key: "system.bootloader.timeout", names: ["bootloader_timeout"]),
        Row(key: "system.bootloader.location", names: ["bootloader_location"]),
        Row(key: "system.root_password", names: ["root_password_hash"]), Row(key: "system.users", names: ["users"]),
        Row(key: "system.packages", names: ["packages"]),
        Row(key: "system.exclude_packages", names: ["exclude_packages"]),
        Row(key: "system.modules", names: ["modules"]),
        Row(key: "system.services.enabled", names: ["services_enabled"]),
        Row(key: "system.services.disabled", names: ["services_disabled"]),
        Row(
            key: "system.firewall",
            names: ["firewall_enabled", "firewall_disabled", "firewall_services", "firewall_ports"]
        ),
        Row(key: "system.selinux", names: ["selinux"]), Row(key: "system.fips", names: ["bootloader_append"]),
        Row(key: "system.subscription", names: ["subscription"]),
        Row(key: "system.password_hashing", names: ["password_hashing"]), Row(key: "system.x11", names: ["x11"]),
    ]

    /// The keys that a cloud.cfg template follows.
    static let cloudConfig: [Row] = [
        Row(key: "cloud_init.default_user.name", names: ["default_user"]),
        Row(key: "cloud_init.default_user.gecos", names: ["default_user_gecos"]),
        Row(key: "cloud_init.default_user.groups", names: ["default_user_has_groups", "default_user_groups"]),
        Row(key: "cloud_init.default_user.shell", names: ["default_user_shell"]),
        Row(key: "cloud_init.default_user.sudo", names: ["default_user_has_sudo", "default_user_sudo"]),
        Row(key: "cloud_init.default_user.lock_passwd", names: ["default_user_lock_passwd"]),
        Row(key: "cloud_init.default_user.ssh_authorized_keys", names: ["default_user_has_keys", "default_user_keys"]),
        Row(key: "cloud_init.disable_root", names: ["disable_root"]),
        Row(key: "cloud_init.ssh_pwauth", names: ["ssh_pwauth"]),
        Row(key: "cloud_init.ssh_deletekeys", names: ["ssh_deletekeys"]),
        Row(key: "cloud_init.datasources", names: ["has_datasources", "datasources"]),
        Row(key: "cloud_init.modules.init", names: ["has_init_modules", "init_modules"]),
        Row(key: "cloud_init.modules.config", names: ["has_config_modules", "config_modules"]),
        Row(key: "cloud_init.modules.final", names: ["has_final_modules", "final_modules"]),
        Row(key: "cloud_init.network.config", names: ["network_disabled", "network_dhcp"]),
        Row(key: "cloud_init.network.renderers", names: ["has_renderers", "renderers"]),
    ]

    /// The keys of a recipe that a template passes over.
    ///
    /// - Parameters:
    ///   - given: The keys that the recipe or a base of it says.
    ///   - used: The names that the template uses, and the files that use each.
    static func ignored(_ rows: [Row], given: Set<String>, used: [String: Set<String>]) -> [String] {
        rows.filter { row in
            guard given.contains(row.key) else { return false }
            return !row.names.contains { name in
                // What gives users their keys and sudo is of no use where nothing makes them.
                !(used[name] ?? []).filter { row.key != "system.users" || !$0.hasSuffix("kickstart/scripts.mustache") }
                    .isEmpty
            }
        }
        .map(\.key)
    }
}
