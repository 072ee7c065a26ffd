import Foundation

@testable import Recipes

/// The commands that a kickstart must consist of, made from the recipe and not from its text.
struct ExpectedKickstart {
    let recipe: Recipe
    let values: RenderValues

    private var system: Recipe.System { recipe.system }

    /// The commands under the names that Fixtures/judge.py gives them; absent values are empty, zero or null as in pykickstart.
    var model: [String: NSObject] {
        let values: [String: Any] = [
            "method": method,
            "url": [
                "url": Self.orNull(method == "url" ? self.values.location : nil),
                "proxy": method == "url" ? proxy : "",
            ],
            "lang": system.locale, "keyboard": system.keyboard,
            "timezone": [
                "timezone": system.timezone.name, "isUtc": system.timezone.utc,
                "nontp": hasClockServers && system.timezone.ntp?.isEmpty == true,
            ],
            "ntp": hasClockServers ? (system.timezone.ntp ?? []).sorted() : system.timezone.ntp ?? [],
            "repo": repositories, "network": network, "user": users,
            "rootpw": ["password": self.values.rootPasswordHash, "isCrypted": true, "lock": false],
            "firewall": [
                "enabled": Self.orNull(system.firewall?.enabled), "services": system.firewall?.services ?? [],
                "ports": system.firewall?.ports.map(\.kickstartForm) ?? [],
            ],
            "selinux": Self.orNull(
                system.selinux.map { ["disabled": 0, "enforcing": 1, "permissive": 2][$0.rawValue] ?? -1 }
            ),
            "services": ["enabled": system.services.enabled, "disabled": system.services.disabled],
            "skipx": !system.x11,
            "authconfig": system.passwordHashing.map { "--enableshadow --passalgo=\($0.rawValue)" } ?? "",
            "part": parts, "volgroup": groups, "logvol": logicalVolumes, "btrfs": btrfs,
            "bootloader": bootloader,
            "module": system.modules.map { ["name": $0.name, "stream": $0.stream ?? ""] },
            "packages": packages,
            // pykickstart's number for switching off.
            "poweroff": 2,
        ]
        return values.compactMapValues { $0 as? NSObject ?? bridged($0) }
    }

    private func bridged(_ value: Any) -> NSObject? {
        let data = try? JSONSerialization.data(withJSONObject: ["value": value])
        let object = data.flatMap { try? JSONSerialization.jsonObject(with: $0) } as? [String: Any]
        return object?["value"] as? NSObject
    }

    private static func orNull(_ value: Any?) -> Any { value ?? NSNull() }

    /// Whether time servers are named along with the time zone.
    private var hasClockServers: Bool { [.el7, .el8].contains(recipe.os.dialect) }

    private var method: String {
        if recipe.os.dialect == .debian { return "liveimg" }
        return values.location == "cdrom" ? "cdrom" : "url"
    }

    private var proxy: String { recipe.treeIsRemote ? recipe.install.proxy ?? "" : "" }

    private var repositories: [[String: Any]] {
        recipe.install.repositories.map { repository in
            var urls: [String: Any] = ["baseurl": NSNull(), "mirrorlist": NSNull(), "metalink": NSNull()]
            switch repository.source {
            case .url(let url): urls["baseurl"] = url
            case .mirrorList(let url): urls["mirrorlist"] = url
            case .metalink(let url): urls["metalink"] = url
            }
            let rest: [String: Any] = [
                "name": repository.name, "cost": Self.orNull(repository.cost),
                "includepkgs": repository.includedPackages, "excludepkgs": repository.excludedPackages,
                "proxy": recipe.install.proxy ?? "",
            ]
            return urls.merging(rest) { $1 }
        }
    }

    private var network: [[String: Any]] {
        let network = system.network
        var ipv6 = ""
        switch network.ipv6 {
        case .on, .off: break
        case .auto: ipv6 = "auto"
        case .dhcp: ipv6 = "dhcp"
        case .fixed(let address): ipv6 = address
        }
        var result: [String: Any] = [
            "device": network.device ?? "", "bootProto": "dhcp", "ip": "", "netmask": "", "gateway": "",
            "nameserver": "", "onboot": network.onBoot, "noipv6": network.ipv6 == .off, "ipv6": ipv6,
            "ipv6gateway": network.ipv6Gateway ?? "", "mtu": network.mtu.map(String.init) ?? "",
            "hostname": network.hostname ?? "", "activate": NSNull(),
        ]
        if case .fixed(let ip, let netmask, let gateway, let nameservers) = network.addressing {
            let fixed = [
                "bootProto": "static", "ip": ip, "netmask": netmask, "gateway": gateway ?? "",
                "nameserver": nameservers.joined(separator: ","),
            ]
            result.merge(fixed) { $1 }
            if recipe.machine.network == .user, recipe.os.dialect != .debian { result["activate"] = false }
        }
        return [result]
    }

    private var users: [[String: Any]] {
        system.users.map { user in
            let hash = user.password.flatMap { try? values.passwordHash($0, of: user.name) }
            return [
                "name": user.name, "uid": Self.orNull(user.uid), "gecos": user.gecos ?? "", "groups": user.groups,
                "shell": user.shell ?? "", "password": hash ?? "", "isCrypted": hash != nil, "lock": hash == nil,
            ]
        }
    }

    private var parts: [[String: Any]] {
        StorageLayout(system.partitions).parts.map { part in
            [
                "mountpoint": part.name, "fstype": part.fileSystem, "size": part.size, "grow": part.grow,
                "maxSizeMB": part.maximumSize ?? 0, "primOnly": part.asPrimary, "label": part.label ?? "",
                "fsopts": part.mountOptions ?? "",
            ]
        }
    }

    private var groups: [[String: Any]] {
        StorageLayout(system.partitions).groups.map { ["vgname": $0.name, "physvols": [$0.physicalVolume]] }
    }

    private var logicalVolumes: [[String: Any]] {
        system.partitions.compactMap { partition in
            guard case .volumeGroup(let group, let volume) = partition.container else { return nil }
            return [
                "mountpoint": partition.mount, "vgname": group, "name": volume,
                "fstype": partition.fileSystem.rawValue, "size": partition.size.mebibytes, "grow": partition.grow,
                "maxSizeMB": partition.maximumSize?.mebibytes ?? 0, "label": partition.label ?? "",
                "fsopts": partition.mountOptions ?? "",
            ]
        }
    }

    private var btrfs: [[String: Any]] {
        StorageLayout(system.partitions).volumes.map { volume in
            [
                // A volume is mounted through its subvolumes only.
                "mountpoint": "none", "label": volume.label, "devices": [volume.partition], "subvol": false, "name": "",
                "parent": "",
            ]
        }
            + system.partitions.compactMap { partition in
                guard case .btrfs(let volume, let name) = partition.container else { return nil }
                return [
                    "mountpoint": partition.mount, "label": "", "devices": ["LABEL=\(volume)"], "subvol": true,
                    "name": name, "parent": "",
                ]
            }
    }

    private var bootloader: [String: Any] {
        let arguments = system.bootloader.append + (system.fips ? ["fips=1"] : [])
        return [
            "location": system.bootloader.location?.rawValue ?? "mbr",
            "appendLine": arguments.joined(separator: " "),
            "timeout": Self.orNull(system.bootloader.timeout),
        ]
    }

    private var packages: [String: Any] {
        let groups = { (names: [String]) in
            names.filter { $0.hasPrefix("@") && !$0.hasPrefix("@^") }.map { String($0.dropFirst()) }.sorted()
        }
        let plain = { (names: [String]) in names.filter { !$0.hasPrefix("@") }.sorted() }
        let environment = system.packages.first { $0.hasPrefix("@^") }.map { String($0.dropFirst(2)) }
        return [
            "packages": plain(system.packages), "groups": groups(system.packages),
            "environment": Self.orNull(environment), "excluded": plain(system.excludePackages),
            "excluded_groups": groups(system.excludePackages),
        ]
    }
}

extension ExpectedKickstart {
    /// What of a model is not as expected, command by command.
    func differences(from model: [String: NSObject]) -> [String] {
        self.model.sorted { $0.key < $1.key }.compactMap { command, expected in
            let found = model[command] ?? NSNull()
            return found.isEqual(expected) ? nil : "\(command): expected \(expected), found \(found)"
        }
    }
}
