extension OperatingSystem {
    /// What the cloud.cfg of a distribution's own cloud-init package says.
    struct CloudInitDefaults: Sendable {
        /// The distribution by cloud-init's name, `system_info.distro`.
        let distro: String

        /// The user that is made on first boot.
        let user: Recipe.CloudInit.DefaultUser

        /// The modules of its three stages.
        let modules: Recipe.CloudInit.Modules

        /// The ways to write network configuration that this version has, in the distribution's order of preference.
        let renderers: [Recipe.CloudInit.Renderer]

        /// Whether it can write the configuration of a device that is known by a pattern of names (network version 2).
        let matchesNames: Bool
    }
}

extension OperatingSystem.CloudInitDefaults {
    /// cloud-init of EL7 (19.4), with its classic user.
    static let el7 = Self(
        distro: "rhel",
        user: .cloud("centos", gecos: "Cloud User", groups: ["wheel", "adm", "systemd-journal"]),
        modules: .cloudInit19EL7,
        renderers: [.sysconfig, .eni, .netplan],
        matchesNames: false
    )

    /// cloud-init of EL8 and later (23.4 and later).
    static func enterpriseLinux(_ distro: String, user: String, gecos: String) -> Self {
        Self(
            distro: distro,
            user: .cloud(user, gecos: gecos, groups: ["adm", "systemd-journal"]),
            modules: .cloudInit23EL,
            renderers: [.sysconfig, .eni, .netplan, .networkManager, .networkd],
            matchesNames: true
        )
    }

    /// cloud-init of Fedora (25 and later).
    static let fedora = Self(
        distro: "fedora",
        user: .cloud("fedora", gecos: "fedora Cloud User", groups: ["wheel", "adm", "systemd-journal"]),
        modules: .cloudInit25Fedora,
        renderers: [.netplan, .networkManager, .networkd, .sysconfig, .eni],
        matchesNames: true
    )

    /// cloud-init of Debian.
    static func debian(_ modules: Recipe.CloudInit.Modules) -> Self {
        Self(
            distro: "debian",
            user: .cloud(
                "debian",
                gecos: "Debian",
                groups: [
                    "adm", "audio", "cdrom", "dialout", "dip", "floppy", "netdev", "plugdev", "sudo", "video",
                ]
            ),
            modules: modules,
            renderers: [.netplan, .eni, .networkd],
            matchesNames: true
        )
    }
}

extension Recipe.CloudInit.DefaultUser {
    /// A user who may do everything without a password and logs in with a key of the cloud.
    static func cloud(_ name: String, gecos: String, groups: [String]) -> Self {
        Self(
            name: name,
            gecos: gecos,
            groups: groups,
            shell: "/bin/bash",
            sudo: ["ALL=(ALL) NOPASSWD:ALL"],
            lockPassword: true,
            sshAuthorizedKeys: []
        )
    }
}
