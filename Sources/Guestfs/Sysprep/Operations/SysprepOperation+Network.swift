/// The operations that free a guest from the network card and the network that it was installed with.
extension SysprepOperation {
    static let dhcpClientState = SysprepOperation(
        "dhcp-client-state",
        "remove the leases and identifiers (DUIDs) of DHCP clients",
        difference:
            "virt-sysprep knows dhclient alone; dhcpcd, dhcp6c, wicked and systemd-networkd keep a DUID as well",
        rules: [
            .remove("/var/lib/dhclient/*"), .remove("/var/lib/dhcp/*"), .remove("/var/lib/dhcp3/*"),
            .remove("/var/lib/dhcp6/*"), .remove("/var/lib/dhcp6c/*"), .remove("/var/db/dhcp6c_duid"),
            .remove("/var/lib/dhcpcd/*"), .remove("/var/lib/dhcpcd5/*"), .remove("/etc/dhcpcd.duid"),
            .remove("/etc/dhcpcd.secret"), .remove("/var/lib/systemd/network/*"), .remove("/var/lib/dhcpv6/*_duid"),
            .remove("/var/lib/wicked/*.xml"),
        ]
    )

    /// An empty /etc/hostname is as good as none to systemd: the name then comes from DHCP or is localhost.
    static let hostname = SysprepOperation(
        "hostname",
        "forget the host's name in /etc/hostname and in its line of /etc/hosts",
        enabledByDefault: false,
        difference:
            "off, since the name of an image is a recipe's own word and cloud-init replaces it; virt-sysprep leaves "
            + "both files",
        rules: [.empty("/etc/hostname"), .drop(.localName, "/etc/hosts")]
    )

    /// The names that a kickstart gives are in /etc/hostname, which the operation `hostname` clears.
    static let netHostname = SysprepOperation(
        "net-hostname",
        "remove HOSTNAME and DHCP_HOSTNAME from ifcfg-* files",
        families: [.redhat],
        rules: ifcfg.map { .drop(.assignments(of: "HOSTNAME", "DHCP_HOSTNAME"), $0) }
    )

    static let netHwaddr = SysprepOperation(
        "net-hwaddr",
        "remove HWADDR and UUID from ifcfg-* files, hwaddress from Debian's interfaces",
        difference: "virt-sysprep leaves UUID, which Anaconda writes beside HWADDR and which is then the same in every "
            + "clone (D3), and looks at the Red Hat family only",
        rules: ifcfg.map { .drop(.assignments(of: "HWADDR", "UUID"), $0) } + [
            .drop(.assignments(of: "UNIQUE", "_nm_name"), "/etc/sysconfig/network/ifcfg-*"),
            .drop(.firstWord("hwaddress"), "/etc/network/interfaces"),
            .drop(.firstWord("hwaddress"), "/etc/network/interfaces.d/*"),
        ]
    )

    private static let ifcfg: [GuestGlob] = [
        "/etc/sysconfig/network-scripts/ifcfg-*", "/etc/sysconfig/networking/devices/ifcfg-*",
        "/etc/sysconfig/networking/profiles/*/ifcfg-*",
    ]

    static let netNmconn = SysprepOperation(
        "net-nmconn",
        "remove card addresses, UUIDs and identifiers from NetworkManager's profiles",
        difference:
            "virt-sysprep removes every profile, also those that a kickstart wrote on purpose, and of the Red Hat "
            + "family only (D6); here the profiles stay and lose what ties them to one machine. A UUID by which another "
            + "profile names this one stays",
        globs: [profiles],
        apply: { guest in
            try guest.edit(profileEdit(guest), in: guest.status(of: guest.tree[profiles]))
        },
        check: { guest in
            try guest.lines(profileEdit(guest), in: guest.status(of: guest.tree[profiles]))
        }
    )

    private static let profiles: GuestGlob = "/etc/NetworkManager/system-connections/*"

    /// nm-settings-keyfile(5): a profile without a UUID gets one of its file's name, so that none is needed.
    private static func profileEdit(_ guest: Guest) throws -> TextEdit {
        var named: Set<String> = []
        for (path, status) in try guest.status(of: guest.tree[profiles]) where status.kind == .regular {
            for (setting, _) in SettingsFile.settings(in: try guest.session.readSmallFile(path) ?? []) {
                if ["master", "controller", "parent", "secondaries", "port-of"].contains(setting.key) {
                    named.formUnion(setting.value.split { $0 == ";" || $0 == "," }.map(String.init))
                }
            }
        }
        return profileEdit(named: named)
    }

    static func profileEdit(named: Set<String>) -> TextEdit {
        SettingsFile.edit { setting in
            switch setting.key {
            case "uuid": setting.section == "connection" && named.contains(setting.value) ? nil : ""
            case "mac-address", "timestamp", "seen-bssids": ""
            // Words like random and stable say how an address is made, and are no address.
            case "cloned-mac-address": HardwareAddress.isOne(setting.value.utf8) ? "" : nil
            case "dhcp-client-id", "dhcp-duid": setting.value.contains(":") ? "" : nil
            default: nil
            }
        }
    }

    static let netplan = SysprepOperation(
        "netplan",
        "match cards by name where netplan matched them by address",
        rules: [.edit(NetplanFile.edit, "/etc/netplan/*.yaml")]
    )

    static let networkd = SysprepOperation(
        "networkd",
        "remove card addresses and identifiers from systemd's network files",
        rules: [
            .edit(networkEdit, "/etc/systemd/network/*.network"),
            .edit(networkEdit, "/etc/systemd/network/*.network.d/*.conf"),
            .edit(identifierEdit, "/etc/systemd/network/*.netdev"), .edit(identifierEdit, "/etc/systemd/networkd.conf"),
            .edit(identifierEdit, "/etc/systemd/networkd.conf.d/*.conf"),
        ],
        globs: ["/etc/systemd/network/*.link"],
        touching: ["/etc/systemd/network/*.link"],
        apply: { guest in try guest.remove(boundLinks(guest)) },
        check: { guest in try boundLinks(guest).map(\.path.description) }
    )

    /// A `.network` file whose `[Match]` were left empty would apply to nothing: it applies to Ethernet cards by the names that
    /// systemd gives them.
    static let networkEdit = TextEdit { content in
        let matches = SettingsFile.settings(in: content).filter { $0.setting.section == "Match" }
        let isAddressOnly = matches.allSatisfy { isAddressKey($0.setting) }
        let first = matches.first?.line
        let edited = SettingsFile.edit { setting in
            if setting.section == "Match", isAddressKey(setting) {
                return isAddressOnly ? "Name=en* eth*" : ""
            }
            return isIdentifier(setting) ? "" : nil
        }.apply(content)
        guard isAddressOnly, matches.count > 1 || first == nil else { return edited }
        // Two keys of addresses become one of names.
        var seen = false
        let lines = edited.content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).filter {
            guard $0.elementsEqual("Name=en* eth*".utf8) else { return true }
            defer { seen = true }
            return !seen
        }
        return (Array(lines.joined(separator: [UInt8(ascii: "\n")])), edited.dropped)
    }

    private static let identifierEdit = SettingsFile.edit { isIdentifier($0) ? "" : nil }

    private static func isAddressKey(_ setting: SettingsFile.Setting) -> Bool {
        setting.key == "MACAddress" || setting.key == "PermanentMACAddress"
    }

    private static func isIdentifier(_ setting: SettingsFile.Setting) -> Bool {
        ["DUIDRawData", "IAID"].contains(setting.key)
            || setting.key == "MACAddress" && (setting.section == "Link" || setting.section == "NetDev")
                && HardwareAddress.isOne(setting.value.utf8)
    }

    /// Files that give one card a name by its address: systemd's like of 70-persistent-net.rules.
    private static func boundLinks(_ guest: Guest) throws -> [(path: GuestPath, status: FileStatus)] {
        try guest.status(of: guest.tree["/etc/systemd/network/*.link"]).filter { path, status in
            guard status.kind == .regular, let content = try guest.session.readSmallFile(path) else { return false }
            return SettingsFile.settings(in: content).contains {
                $0.setting.section == "Match" && isAddressKey($0.setting)
            }
        }
    }

    static let networkManagerState = SysprepOperation(
        "network-manager-state",
        "remove NetworkManager's secret key, leases and memories",
        rules: [
            .remove("/var/lib/NetworkManager/secret_key"), .remove("/var/lib/NetworkManager/*.lease"),
            .remove("/var/lib/NetworkManager/*.leases"), .remove("/var/lib/NetworkManager/*.conf"),
            .remove("/var/lib/NetworkManager/seen-bssids"), .remove("/var/lib/NetworkManager/timestamps"),
            .remove("/var/lib/NetworkManager/NetworkManager.state"), .remove("/var/lib/NetworkManager/*.db"),
        ]
    )

    /// Links and empty files of these names are masks that somebody put there, and stay.
    static let udevPersistentNet = SysprepOperation(
        "udev-persistent-net",
        "remove udev's rules that tie names to this machine's cards and drives",
        difference: "virt-sysprep removes 70-persistent-net.rules alone (D4), and does so also where it is the link to "
            + "/dev/null that masks such rules",
        rules: [
            .removeFiles("/etc/udev/rules.d/[0-9][0-9]-persistent-net.rules"),
            .removeFiles("/etc/udev/rules.d/[0-9][0-9]-persistent-cd.rules"),
        ]
    )

    /// QEMU's user network has its name server at this address (and this IPv6 one): no other network has.
    static let resolvConf = SysprepOperation(
        "resolv-conf",
        "remove the name servers of the network that the guest was installed in",
        globs: ["/etc/resolv.conf"],
        apply: { guest in
            var changes: [String] = []
            for (path, status) in try guest.status(of: guest.tree["/etc/resolv.conf"]) where status.kind == .regular {
                let content = try guest.session.readSmallFile(path) ?? []
                if isGenerated(content) {
                    changes += try guest.empty([(path, status)])
                } else {
                    changes += try guest.drop(installNameServers, from: [(path, status)])
                }
            }
            return changes
        },
        check: { guest in
            try guest.status(of: guest.tree["/etc/resolv.conf"]).filter { $0.status.kind == .regular }.flatMap {
                path,
                _ in
                let content = try guest.session.readSmallFile(path) ?? []
                if isGenerated(content) { return [path.description] }
                return installNameServers.apply(to: content).dropped.map { "\(path):\($0.line)" }
            }
        }
    )

    private static let installNameServers = LineFilter { line in
        let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            .map { String(decoding: $0, as: UTF8.self) }
        return words.count == 2 && words[0] == "nameserver" && ["10.0.2.3", "fec0::3"].contains(words[1])
            ? words.joined(separator: " ") : nil
    }

    /// Whether a DHCP client or NetworkManager wrote the file and will write it again.
    private static func isGenerated(_ content: [UInt8]) -> Bool {
        let text = String(decoding: content, as: UTF8.self)
        return [
            "; generated by ", "# Generated by NetworkManager", "# Generated by dhcpcd", "# Generated by resolvconf",
        ]
        .contains { text.contains($0) }
    }
}
