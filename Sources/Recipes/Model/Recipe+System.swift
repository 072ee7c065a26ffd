extension Recipe {
    /// The system that the installer sets up.
    public struct System: Sendable, Equatable {
        /// The locale, such as `en_US.UTF-8`.
        public var locale: String

        /// The keyboard map, such as `us`.
        public var keyboard: String

        /// The time zone.
        public var timezone: Timezone

        /// The network of the installed system.
        public var network: GuestNetwork

        /// The partitions, in the order of the recipe; one of them is `/`.
        public var partitions: [Partition]

        /// The boot loader.
        public var bootloader: Bootloader

        /// Where root's password comes from.
        public var rootPassword: RootPassword

        /// Whether sysprep locks root's password in the finished image.
        public var lockRoot: Bool

        /// Accounts beside root and cloud-init's default user.
        public var users: [User]

        /// Packages to install; `@name` is a group.
        public var packages: [String]

        /// Packages that must not be installed.
        public var excludePackages: [String]

        /// Services to switch on and off.
        public var services: Services

        /// Whether the firewall is on; nil leaves it as the distribution has it.
        public var firewall: Bool?

        /// The mode of SELinux; nil leaves it as the distribution has it.
        public var selinux: SELinux?

        /// How the system hashes passwords from then on; nil leaves it as the distribution has it.
        public var passwordHashing: PasswordHashing?

        /// Whether a display server is set up.
        public var x11: Bool
    }
}

extension Recipe.System {
    /// A time zone.
    public struct Timezone: Sendable, Equatable {
        /// Its name in the tz database, such as `America/Chicago`.
        public var name: String

        /// Whether the hardware clock keeps UTC.
        public var utc: Bool
    }

    /// The boot loader.
    public struct Bootloader: Sendable, Equatable {
        /// Kernel arguments of the installed system.
        public var append: [String]

        /// The seconds that it waits; nil leaves them as the distribution has them.
        public var timeout: Int?
    }

    /// Services to switch on and off.
    public struct Services: Sendable, Equatable {
        /// Services that start at boot.
        public var enabled: [String]

        /// Services that do not.
        public var disabled: [String]
    }
}
