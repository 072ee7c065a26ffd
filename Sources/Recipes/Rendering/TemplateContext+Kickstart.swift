extension TemplateContext {
    /// The names that kickstart templates can use.
    ///
    /// - Throws: `missingSecret` or `unfitValue` for a secret that the recipe names.
    static func kickstart(_ recipe: Recipe, _ values: RenderValues) throws(RenderError) -> Self {
        let system = recipe.system
        var names: [String: TemplateValue] = [
            "os": .text(recipe.os.rawValue),
            "location": .text(values.location),
            "location_is_url": .flag(values.location.contains("://")),
            "tree_proxy": .optional("proxy", recipe.treeIsRemote ? recipe.install.proxy : nil),
            "payload": .list(
                names: ["payload_url": .text, "payload_checksum": .text],
                items: values.payload.map {
                    [["payload_url": .text($0.url), "payload_checksum": .text($0.checksum)]]
                } ?? []
            ),
            "locale": .text(system.locale),
            "keyboard": .text(system.keyboard),
            "timezone": .text(system.timezone.name),
            "timezone_utc": .flag(system.timezone.utc),
            "ntp_disabled": .flag(system.timezone.ntp?.isEmpty == true),
            "ntp_list": .optional("servers", joined(system.timezone.ntp ?? [])),
            "ntp_servers": .texts("server", system.timezone.ntp ?? []),
            "password_hashing": .optional("algorithm", system.passwordHashing?.rawValue),
            "root_password_hash": .text(values.rootPasswordHash),
            "firewall_enabled": .flag(system.firewall?.enabled == true),
            "firewall_disabled": .flag(system.firewall?.enabled == false),
            "firewall_services": .optional("services", joined(system.firewall?.services ?? [])),
            "firewall_ports": .optional("ports", joined(system.firewall?.ports.map(\.kickstartForm) ?? [])),
            "selinux": .optional("mode", system.selinux?.rawValue),
            "services_enabled": .optional("services", joined(system.services.enabled)),
            "services_disabled": .optional("services", joined(system.services.disabled)),
            "has_services": .flag(!(system.services.enabled + system.services.disabled).isEmpty),
            "x11": .flag(system.x11),
            "disk_label": .optional("label", system.diskLabel?.kickstartName),
            "bootloader_append": .optional(
                "arguments",
                joined(system.bootloader.append + (system.fips ? ["fips=1"] : []), by: " ")
            ),
            "bootloader_timeout": .optional("seconds", system.bootloader.timeout.map(String.init)),
            "bootloader_location": .optional("place", system.bootloader.location?.rawValue),
            "modules": .list(
                names: ["name": .text, "module_stream": .list(["stream": .text])],
                items: system.modules.map { ["name": .text($0.name), "module_stream": .optional("stream", $0.stream)] }
            ),
            "packages": .texts("package", system.packages),
            "exclude_packages": .texts("package", system.excludePackages),
            "pre": .scripts(recipe.install.pre),
            "post": .scripts(recipe.install.post),
            "onerror": .scripts(recipe.install.onError),
            "stamp": .text(values.stamp),
            "outcome_done": .text(InstallReport.done.line(nonce: values.nonce)),
            "outcome_failed": .text(InstallReport.failed.line(nonce: values.nonce)),
        ]
        names.merge(repositories(recipe.install)) { $1 }
        names.merge(
            network(system.network, installsElsewhere: recipe.machine.network == .user && recipe.os.dialect != .debian)
        ) { $1 }
        names.merge(try users(system.users, values)) { $1 }
        names.merge(storage(StorageLayout(system.partitions))) { $1 }
        names["subscription"] = try subscription(system.subscription, values)
        return TemplateContext(names)
    }

    private static func repositories(_ install: Recipe.Install) -> [String: TemplateValue] {
        let kinds: [String: TemplateValue.Kind] = [
            "name": .text, "repository_url": .list(["url": .text]), "repository_mirrorlist": .list(["url": .text]),
            "repository_metalink": .list(["url": .text]), "repository_cost": .list(["cost": .text]),
            "repository_include": .list(["packages": .text]), "repository_exclude": .list(["packages": .text]),
            "repository_proxy": .list(["proxy": .text]), "repository_key": .list(["gpgkey": .text]),
            "repository_kept": .flag,
            "repository_cost_line": .list(["line": .text]), "repository_source_line": .text,
            "repository_include_line": .list(["line": .text]), "repository_exclude_line": .list(["line": .text]),
            "repository_key_line": .list(["line": .text]),
        ]
        let items = install.repositories.map { repository -> [String: TemplateValue] in
            let (url, mirrorList, metalink) = repository.source.urls
            let include = joined(repository.includedPackages)
            let exclude = joined(repository.excludedPackages)
            return [
                "name": .text(repository.name),
                "repository_url": .optional("url", url),
                "repository_mirrorlist": .optional("url", mirrorList),
                "repository_metalink": .optional("url", metalink),
                "repository_cost": .optional("cost", repository.cost.map(String.init)),
                "repository_include": .optional("packages", include),
                "repository_exclude": .optional("packages", exclude),
                "repository_proxy": .optional("proxy", install.proxy),
                "repository_key": .optional("gpgkey", repository.gpgKey),
                "repository_kept": .flag(repository.isKept),
                // Lines of a .repo file, which a script writes.
                "repository_source_line": .text(
                    url.map { "baseurl=\($0)" } ?? mirrorList.map { "mirrorlist=\($0)" } ?? "metalink=\(metalink ?? "")"
                ),
                "repository_cost_line": .optional("line", repository.cost.map { "cost=\($0)" }),
                "repository_include_line": .optional("line", include.map { "includepkgs=\($0)" }),
                "repository_exclude_line": .optional("line", exclude.map { "exclude=\($0)" }),
                "repository_key_line": .optional("line", repository.gpgKey.map { "gpgkey=\($0)" }),
            ]
        }
        return [
            "repositories": .list(names: kinds, items: items),
            "repositories_leave_something": .flag(install.repositories.contains { $0.isKept || $0.gpgKey != nil }),
        ]
    }

    private static func network(
        _ network: Recipe.GuestNetwork,
        installsElsewhere: Bool
    ) -> [String: TemplateValue] {
        var ipv6: String?
        switch network.ipv6 {
        case .off, .on: break
        case .auto: ipv6 = "auto"
        case .dhcp: ipv6 = "dhcp"
        case .fixed(let address): ipv6 = address
        }
        var names: [String: TemplateValue] = [
            "network_device": .optional("device", network.device),
            "network_onboot": .flag(network.onBoot),
            "network_ipv6": .flag(network.ipv6 != .off),
            "network_ipv6_address": .optional("address", ipv6),
            "network_ipv6_gateway": .optional("gateway", network.ipv6Gateway),
            "network_mtu": .optional("mtu", network.mtu.map(String.init)),
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
            names["network_elsewhere"] = .flag(false)
        case .fixed(let ip, let netmask, let gateway, let nameservers):
            names["network_dhcp"] = .flag(false)
            let item: [String: TemplateValue] = [
                "ip": .text(ip),
                "netmask": .text(netmask),
                "network_gateway": .optional("gateway", gateway),
                "network_nameservers": .optional("nameservers", joined(nameservers)),
            ]
            names["network_static"] = .list(names: kinds, items: [item])
            // The clones' address means nothing on the network through which the installer fetches.
            names["network_elsewhere"] = .flag(installsElsewhere)
        }
        return names
    }

    private static func users(
        _ users: [Recipe.User],
        _ values: RenderValues
    ) throws(RenderError) -> [String: TemplateValue] {
        let kinds: [String: TemplateValue.Kind] = [
            "name": .text,
            "user_uid": .list(["uid": .text]),
            "user_gecos": .list(["gecos": .text]),
            "user_groups": .list(["groups": .text]),
            "user_shell": .list(["shell": .text]),
            "user_password": .list(["hash": .text]),
            "user_sudo": .flag,
            "user_has_keys": .flag,
            "user_keys": .list(["key": .text]),
        ]
        var items: [[String: TemplateValue]] = []
        for user in users {
            var hash: String?
            if let password = user.password { hash = try values.passwordHash(password, of: user.name) }
            items.append([
                "name": .text(user.name),
                "user_uid": .optional("uid", user.uid.map(String.init)),
                "user_gecos": .optional("gecos", user.gecos),
                "user_groups": .optional("groups", joined(user.groups)),
                "user_shell": .optional("shell", user.shell),
                "user_password": .optional("hash", hash),
                "user_sudo": .flag(user.sudo),
                "user_has_keys": .flag(!user.sshKeys.isEmpty),
                "user_keys": .texts("key", user.sshKeys),
            ])
        }
        return [
            "users": .list(names: kinds, items: items),
            "users_have_access": .flag(users.contains { $0.sudo || !$0.sshKeys.isEmpty }),
            "users_have_sudo": .flag(users.contains(where: \.sudo)),
        ]
    }

    private static func subscription(
        _ subscription: Recipe.Subscription?,
        _ values: RenderValues
    ) throws(RenderError) -> TemplateValue {
        var items: [[String: TemplateValue]] = []
        if let subscription {
            items.append([
                "organization": .text(subscription.organization),
                "activation_key": .text(try values.secret(subscription.activationKey)),
            ])
        }
        return .list(names: ["organization": .text, "activation_key": .text], items: items)
    }

    private static func storage(_ layout: StorageLayout) -> [String: TemplateValue] {
        let options: [String: TemplateValue.Kind] = [
            "fstype": .text, "size": .text, "grow": .flag, "partition_maxsize": .list(["maxsize": .text]),
            "partition_label": .list(["label": .text]), "partition_options": .list(["options": .text]),
        ]
        return [
            "partitions": .list(
                names: options.merging(["mount": .text, "asprimary": .flag]) { $1 },
                items: layout.parts.map { part in
                    [
                        "mount": .text(part.name),
                        "fstype": .text(part.fileSystem),
                        "size": .text("\(part.size)"),
                        "grow": .flag(part.grow),
                        "asprimary": .flag(part.asPrimary),
                        "partition_maxsize": .optional("maxsize", part.maximumSize.map { "\($0)" }),
                        "partition_label": .optional("label", part.label),
                        "partition_options": .optional("options", part.mountOptions),
                    ]
                }
            ),
            "volume_groups": .list(
                names: ["group": .text, "holder": .text],
                items: layout.groups.map { ["group": .text($0.name), "holder": .text($0.physicalVolume)] }
            ),
            "logical_volumes": .list(
                names: options.merging(["mount": .text, "group": .text, "volume": .text]) { $1 },
                items: layout.logicalVolumes.map { volume in
                    [
                        "mount": .text(volume.fileSystem.mount),
                        "group": .text(volume.group),
                        "volume": .text(volume.name),
                        "fstype": .text(volume.fileSystem.fileSystem.rawValue),
                        "size": .text("\(volume.fileSystem.size.mebibytes)"),
                        "grow": .flag(volume.fileSystem.grow),
                        "partition_maxsize": .optional(
                            "maxsize",
                            volume.fileSystem.maximumSize.map { "\($0.mebibytes)" }
                        ),
                        "partition_label": .optional("label", volume.fileSystem.label),
                        "partition_options": .optional("options", volume.fileSystem.mountOptions),
                    ]
                }
            ),
            "btrfs_volumes": .list(
                names: ["label": .text, "holder": .text],
                items: layout.volumes.map { ["label": .text($0.label), "holder": .text($0.partition)] }
            ),
            "subvolumes": .list(
                names: ["mount": .text, "subvolume": .text, "parent": .text],
                items: layout.subvolumes.map { subvolume in
                    [
                        "mount": .text(subvolume.mount),
                        "subvolume": .text(subvolume.name),
                        "parent": .text("LABEL=\(subvolume.volume)"),
                    ]
                }
            ),
        ]
    }

    private static func joined(_ texts: [String], by separator: String = ",") -> String? {
        texts.isEmpty ? nil : texts.joined(separator: separator)
    }
}

extension Recipe.Repository.Source {
    /// The URL, the mirror list and the metalink, of which one is there.
    fileprivate var urls: (url: String?, mirrorList: String?, metalink: String?) {
        switch self {
        case .url(let url): (url, nil, nil)
        case .mirrorList(let url): (nil, url, nil)
        case .metalink(let url): (nil, nil, url)
        }
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
