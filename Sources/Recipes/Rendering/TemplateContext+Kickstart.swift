extension TemplateContext {
    /// The names that kickstart templates can use.
    static func kickstart(_ recipe: Recipe, _ values: RenderValues) -> Self {
        let system = recipe.system
        var names: [String: TemplateValue] = [
            "os": .text(recipe.os.rawValue),
            "location": .text(values.location),
            "location_is_url": .flag(values.location.contains("://")),
            "payload": .list(
                names: ["payload_url": .text, "payload_checksum": .text],
                items: values.payload.map {
                    [["payload_url": .text($0.url), "payload_checksum": .text($0.checksum)]]
                } ?? []
            ),
            "repositories": .list(
                names: ["name": .text, "url": .text],
                items: recipe.install.repositories.map { ["name": .text($0.name), "url": .text($0.url)] }
            ),
            "locale": .text(system.locale),
            "keyboard": .text(system.keyboard),
            "timezone": .text(system.timezone.name),
            "timezone_utc": .flag(system.timezone.utc),
            "password_hashing": .optional("algorithm", system.passwordHashing?.rawValue),
            "root_password_hash": .text(values.rootPasswordHash),
            "firewall_enabled": .flag(system.firewall == true),
            "firewall_disabled": .flag(system.firewall == false),
            "selinux": .optional("mode", system.selinux?.rawValue),
            "services_enabled": .optional("services", Self.joined(system.services.enabled)),
            "services_disabled": .optional("services", Self.joined(system.services.disabled)),
            "has_services": .flag(!(system.services.enabled + system.services.disabled).isEmpty),
            "x11": .flag(system.x11),
            "bootloader_append": .optional("arguments", Self.joined(system.bootloader.append, by: " ")),
            "bootloader_timeout": .optional("seconds", system.bootloader.timeout.map(String.init)),
            "packages": .texts("package", system.packages),
            "exclude_packages": .texts("package", system.excludePackages),
            "pre": .scripts(recipe.install.pre),
            "post": .scripts(recipe.install.post),
            "onerror": .scripts(recipe.install.onError),
            "stamp": .text("imagebake \(values.bakeID)"),
        ]
        names.merge(network(system.network)) { $1 }
        names.merge(users(system.users)) { $1 }
        names["partitions"] = partitions(system.partitions)
        return TemplateContext(names)
    }

    private static func network(_ network: Recipe.GuestNetwork) -> [String: TemplateValue] {
        var names: [String: TemplateValue] = [
            "network_device": .optional("device", network.device),
            "network_onboot": .flag(network.onBoot),
            "network_ipv6": .flag(network.ipv6),
            "network_hostname": .optional("hostname", network.hostname),
            "network_nozeroconf": .flag(network.noZeroconf),
        ]
        let kinds: [String: TemplateValue.Kind] = [
            "ip": .text, "netmask": .text,
            "network_gateway": .list(["gateway": .text]),
            "network_nameservers": .list(["nameservers": .text]),
        ]
        switch network.addressing {
        case .dhcp:
            names["network_dhcp"] = .flag(true)
            names["network_static"] = .list(names: kinds, items: [])
        case .fixed(let ip, let netmask, let gateway, let nameservers):
            names["network_dhcp"] = .flag(false)
            let item: [String: TemplateValue] = [
                "ip": .text(ip),
                "netmask": .text(netmask),
                "network_gateway": .optional("gateway", gateway),
                "network_nameservers": .optional("nameservers", joined(nameservers)),
            ]
            names["network_static"] = .list(names: kinds, items: [item])
        }
        return names
    }

    private static func users(_ users: [Recipe.User]) -> [String: TemplateValue] {
        let kinds: [String: TemplateValue.Kind] = [
            "name": .text,
            "user_groups": .list(["groups": .text]),
            "user_shell": .list(["shell": .text]),
            "user_sudo": .flag,
            "user_has_keys": .flag,
            "user_keys": .list(["key": .text]),
        ]
        let items = users.map { user -> [String: TemplateValue] in
            [
                "name": .text(user.name),
                "user_groups": .optional("groups", joined(user.groups)),
                "user_shell": .optional("shell", user.shell),
                "user_sudo": .flag(user.sudo),
                "user_has_keys": .flag(!user.sshKeys.isEmpty),
                "user_keys": .texts("key", user.sshKeys),
            ]
        }
        return [
            "users": .list(names: kinds, items: items),
            "users_have_access": .flag(users.contains { $0.sudo || !$0.sshKeys.isEmpty }),
            "users_have_sudo": .flag(users.contains(where: \.sudo)),
        ]
    }

    private static func partitions(_ partitions: [Recipe.Partition]) -> TemplateValue {
        .list(
            names: [
                "mount": .text, "fstype": .text, "size": .text, "grow": .flag, "asprimary": .flag,
                "partition_label": .list(["label": .text]),
            ],
            items: partitions.map { partition in
                [
                    "mount": .text(partition.mount),
                    "fstype": .text(partition.fileSystem.rawValue),
                    "size": .text("\(partition.size.mebibytes)"),
                    "grow": .flag(partition.grow),
                    "asprimary": .flag(partition.asPrimary),
                    "partition_label": .optional("label", partition.label),
                ]
            }
        )
    }

    private static func joined(_ texts: [String], by separator: String = ",") -> String? {
        texts.isEmpty ? nil : texts.joined(separator: separator)
    }
}

extension TemplateValue {
    /// Scripts, each with the options of its section.
    fileprivate static func scripts(_ scripts: [Recipe.Script]) -> Self {
        .list(
            names: [
                "script_interpreter": .list(["interpreter": .text]), "script_log": .list(["log": .text]),
                "nochroot": .flag,
                "erroronfail": .flag, "script": .lines,
            ],
            items: scripts.map { script in
                [
                    "script_interpreter": .optional("interpreter", script.interpreter),
                    "script_log": .optional("log", script.log),
                    "nochroot": .flag(script.noChroot),
                    "erroronfail": .flag(script.errorOnFail),
                    "script": .lines(String(script.body.dropLast())),
                ]
            }
        )
    }
}
