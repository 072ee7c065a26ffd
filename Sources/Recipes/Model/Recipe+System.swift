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

        /// The kind of partition table; nil leaves it to the installer.
        public var diskLabel: DiskLabel?

        /// The file systems, in the order of the recipe; one of them is `/`.
        public var partitions: [Partition]

        /// The boot loader.
        public var bootloader: Bootloader

        /// Where root's password comes from.
        public var rootPassword: RootPassword

        /// Whether sysprep locks root's password in the finished image.
        public var lockRoot: Bool

        /// Accounts beside root and cloud-init's default user.
        public var users: [User]

        /// Packages to install, those of the operating system's defaults first; `@name` is a group, `@^name` an environment.
        public var packages: [String]

        /// Packages that must not be installed.
        public var excludePackages: [String]

        /// Streams of modules to enable.
        public var modules: [Module]

        /// Services to switch on and off.
        public var services: Services

        /// The firewall; nil leaves it as the distribution has it.
        public var firewall: Firewall?

        /// The mode of SELinux; nil leaves it as the distribution has it.
        public var selinux: SELinux?

        /// Whether the system is installed and boots in FIPS mode.
        public var fips: Bool

        /// The subscription by which the system is registered.
        public var subscription: Subscription?

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

        /// Time servers; nil leaves them as the distribution has them, none switches time servers off.
        public var ntp: [String]?

        /// A time zone.
        public init(name: String, utc: Bool, ntp: [String]? = nil) {
            (self.name, self.utc, self.ntp) = (name, utc, ntp)
        }
    }

    /// The boot loader.
    public struct Bootloader: Sendable, Equatable {
        /// Kernel arguments of the installed system.
        public var append: [String]

        /// The seconds that it waits, 1 where nobody says; nil leaves them as the distribution has them.
        public var timeout: Int?

        /// Where it lies; nil leaves it to the installer.
        public var location: Location?
    }

    /// Services to switch on and off.
    public struct Services: Sendable, Equatable {
        /// Services that start at boot.
        public var enabled: [String]

        /// Services that do not.
        public var disabled: [String]
    }
}

extension Recipe.System.Bootloader {
    /// A place of a boot loader, in kickstart's words.
    public enum Location: String, CaseIterable, Sendable {
        /// The start of the disk.
        case mbr

        /// The start of the partition that has the kernel.
        case partition

        /// None is installed.
        case none
    }
}
