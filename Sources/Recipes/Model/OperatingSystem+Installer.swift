extension OperatingSystem {
    /// What an installer can be asked for; the rest is refused when the recipe is read, not an hour later.
    struct Installer: Sendable {
        /// The file systems that it makes.
        let fileSystems: [Recipe.FileSystem]

        /// The mount points that it takes, `/*` at the end for anything below; nil where any will do.
        let mountPoints: [String]?

        /// How many partitions it makes; nil where it makes any number.
        let partitionLimit: Int?

        /// Whether it reads an install tree over https.
        let takesHTTPS: Bool

        /// Whether it uses package repositories beside its install tree.
        let takesRepositories: Bool

        /// Whether it knows groups of packages and patterns of names.
        let takesPackageGroups: Bool

        /// Whether it can set up a firewall.
        let takesFirewall: Bool

        /// The modes of SELinux that it can set.
        let selinux: [Recipe.SELinux]

        /// Whether it can set up a display server.
        let takesX11: Bool

        /// Whether it has authconfig.
        let takesPasswordHashing: Bool
    }
}

extension OperatingSystem.Installer {
    /// Anaconda of EL7.
    static let anacondaEL7 = Self(
        fileSystems: Recipe.FileSystem.allCases,
        mountPoints: nil,
        partitionLimit: nil,
        takesHTTPS: true,
        takesRepositories: true,
        takesPackageGroups: true,
        takesFirewall: true,
        selinux: Recipe.SELinux.allCases,
        takesX11: true,
        takesPasswordHashing: true
    )

    /// The installer in this repository's `installer/`.
    static let debian = Self(
        fileSystems: [.ext4, .ext3, .ext2, .swap],
        mountPoints: [
            "/", "/boot", "/data", "/data/*", "/home", "/home/*", "/mnt/*", "/opt", "/opt/*", "/srv", "/srv/*", "/tmp",
            "/usr/local", "/var", "/var/*", "swap",
        ],
        // It makes primary partitions only, in an MBR label (installer/lib/storage.sh).
        partitionLimit: 4,
        // Its wget speaks no TLS.
        takesHTTPS: false,
        takesRepositories: false,
        takesPackageGroups: false,
        takesFirewall: false,
        selinux: [.disabled],
        takesX11: false,
        takesPasswordHashing: false
    )

    /// Whether it takes a mount point.
    func takes(mountPoint: String) -> Bool {
        guard let mountPoints else { return true }
        return mountPoints.contains { known in
            known.hasSuffix("/*") ? mountPoint.hasPrefix(known.dropLast()) : mountPoint == known
        }
    }
}
