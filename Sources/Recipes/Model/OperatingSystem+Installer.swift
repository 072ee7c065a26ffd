extension OperatingSystem {
    /// What an installer can be asked for; the rest is refused when the recipe is read, not an hour later.
    struct Installer: Sendable {
        /// The file systems that it makes.
        let fileSystems: [Recipe.FileSystem]

        /// The mount points that it takes, `/*` at the end for anything below; nil where any will do.
        let mountPoints: [String]?

        /// How many partitions it makes in an MBR; nil where it makes any number.
        let mbrPartitionLimit: Int?

        /// The modes of SELinux that it can set.
        let selinux: [Recipe.SELinux]

        /// The firmwares under which it runs and makes systems that boot.
        let firmwares: [Recipe.Machine.Firmware]

        /// The places where it can put a boot loader.
        let bootloaderLocations: [Recipe.System.Bootloader.Location]

        /// The kind of partition table that it makes on a BIOS machine when nobody says.
        let biosDiskLabel: Recipe.DiskLabel

        /// The file system of a root partition that nobody describes.
        let rootFileSystem: Recipe.FileSystem

        /// Everything else.
        let abilities: Abilities

        /// Whether it can do something.
        func can(_ ability: Abilities) -> Bool { abilities.contains(ability) }
    }
}

extension OperatingSystem.Installer {
    /// Things that some installers can do and others cannot.
    struct Abilities: OptionSet, Sendable {
        let rawValue: Int

        /// It uses package repositories beside its install tree.
        static let repositories = Self(rawValue: 1 << 0)

        /// It finds the mirrors of a repository through a metalink.
        static let metalinks = Self(rawValue: 1 << 1)

        /// It fetches through a proxy.
        static let proxy = Self(rawValue: 1 << 2)

        /// It knows groups of packages and patterns of names.
        static let packageGroups = Self(rawValue: 1 << 3)

        /// It enables streams of modules.
        static let modules = Self(rawValue: 1 << 4)

        /// It sets up a firewall.
        static let firewall = Self(rawValue: 1 << 5)

        /// It sets up a display server.
        static let displayServer = Self(rawValue: 1 << 6)

        /// It has authconfig.
        static let passwordHashing = Self(rawValue: 1 << 7)

        /// It makes physical volumes, volume groups and logical volumes.
        static let lvm = Self(rawValue: 1 << 8)

        /// It makes btrfs volumes and subvolumes.
        static let btrfs = Self(rawValue: 1 << 9)

        /// It makes an EFI system partition under BIOS too, as for an image that a script makes bootable by both.
        static let idleSystemPartition = Self(rawValue: 1 << 10)

        /// It sets up time servers.
        static let timeServers = Self(rawValue: 1 << 11)

        /// It gives a device an IPv6 address.
        static let ipv6Addresses = Self(rawValue: 1 << 12)

        /// It makes a system that boots in FIPS mode.
        static let fips = Self(rawValue: 1 << 13)

        /// It registers the system with Red Hat.
        static let subscription = Self(rawValue: 1 << 14)

        /// The installed system reads NOZEROCONF in /etc/sysconfig/network.
        static let noZeroconf = Self(rawValue: 1 << 15)

        /// It reads an install tree over https.
        static let https = Self(rawValue: 1 << 16)

        /// What Anaconda could do from the first.
        static let anaconda: Self = [
            .repositories, .proxy, .packageGroups, .firewall, .displayServer, .lvm, .idleSystemPartition, .timeServers,
            .ipv6Addresses, .https,
        ]
    }
}

extension OperatingSystem.Installer {
    /// Anaconda of EL7.
    static let anacondaEL7 = anaconda(
        fileSystems: Recipe.FileSystem.allCases,
        biosDiskLabel: .mbr,
        abilities: [.anaconda, .passwordHashing, .btrfs, .noZeroconf]
    )

    /// Anaconda of EL8 and later; modules ended with EL10, whose partition tables are GPT under every firmware.
    static func anacondaEL(_ major: Int) -> Self {
        var abilities: Abilities = [.anaconda, .metalinks, .fips]
        if major < 10 { abilities.insert(.modules) }
        return anaconda(
            fileSystems: Recipe.FileSystem.allCases.filter { $0 != .btrfs },
            biosDiskLabel: major < 10 ? .mbr : .gpt,
            abilities: abilities
        )
    }

    /// Anaconda of Red Hat Enterprise Linux itself.
    static func anacondaRHEL(_ major: Int) -> Self {
        let base = anacondaEL(major)
        return anaconda(
            fileSystems: base.fileSystems,
            biosDiskLabel: base.biosDiskLabel,
            abilities: base.abilities.union(.subscription)
        )
    }

    /// Anaconda of Fedora.
    static let anacondaFedora = anaconda(
        fileSystems: Recipe.FileSystem.allCases,
        biosDiskLabel: .gpt,
        abilities: [.anaconda, .metalinks, .btrfs]
    )

    /// The installer in this repository's `installer/`.
    static let debian = Self(
        fileSystems: [.ext4, .ext3, .ext2, .efi, .biosboot, .swap],
        mountPoints: [
            "/", "/boot", "/boot/efi", "/data", "/data/*", "/home", "/home/*", "/mnt/*", "/opt", "/opt/*", "/srv",
            "/srv/*", "/tmp", "/usr/local", "/var", "/var/*", "biosboot", "swap",
        ],
        // In an MBR label it makes primary partitions only (installer/lib/storage.sh).
        mbrPartitionLimit: 4,
        selinux: [.disabled],
        // Debian's shim is signed by Microsoft, as all firmware wants it.
        firmwares: Recipe.Machine.Firmware.allCases,
        bootloaderLocations: [.mbr, .none],
        biosDiskLabel: .mbr,
        rootFileSystem: .ext4,
        // Its wget speaks no TLS.
        abilities: []
    )

    private static func anaconda(
        fileSystems: [Recipe.FileSystem],
        biosDiskLabel: Recipe.DiskLabel,
        abilities: Abilities
    ) -> Self {
        Self(
            fileSystems: fileSystems,
            mountPoints: nil,
            mbrPartitionLimit: nil,
            selinux: Recipe.SELinux.allCases,
            firmwares: Recipe.Machine.Firmware.allCases,
            bootloaderLocations: Recipe.System.Bootloader.Location.allCases,
            biosDiskLabel: biosDiskLabel,
            rootFileSystem: .xfs,
            abilities: abilities
        )
    }

    /// Whether it takes a mount point.
    func takes(mountPoint: String) -> Bool {
        guard let mountPoints else { return true }
        return mountPoints.contains { known in
            known.hasSuffix("/*") ? mountPoint.hasPrefix(known.dropLast()) : mountPoint == known
        }
    }
}
