public import SystemPackage

/// What is to be done to an installed disk.
public struct SysprepRequest: Sendable {
    /// The text that an installer's last step left on the disk, as proof that it came that far.
    public struct Stamp: Sendable, Equatable {
        /// Where it is in the guest.
        public var path: String
        /// What it must say; white space at the end does not count.
        public var expected: String

        /// A stamp with this text at this place.
        public init(path: String = "/etc/imagebake-stamp", expected: String) {
            self.path = path
            self.expected = expected
        }
    }

    /// The disk, changed in place; to be an overlay that is thrown away when this fails.
    public var disk: FilePath
    /// Its format.
    public var format: DiskFormat
    /// The content of `/etc/cloud/cloud.cfg`; nil leaves that file as it is.
    public var cloudConfig: String?
    /// Whether root's password is locked and its hash forgotten.
    public var lockRoot: Bool
    /// The stamp that must be on the disk; nil does not ask for one.
    public var stamp: Stamp?
    /// Operations to run that do not run by themselves.
    public var enabled: Set<String>
    /// Operations not to run.
    public var disabled: Set<String>
    /// libguestfs' name of the distribution that must be on the disk; nil takes any.
    public var expectedDistro: String?
    /// The device of the operating system that is meant, where the disk has several; nil takes the only one.
    public var root: String?
    /// What opens the encrypted volumes.
    public var keys: [DiskKey]
    /// The bytes of a sector: 512 or 4096.
    public var sectorSize: Int
    /// Whether the last file system is made as small as it can be, so that the disk can be cut.
    public var shrink: Bool
    /// Whether only the report counts, so that nothing is trimmed; the disk is changed all the same, and to be thrown away.
    public var dryRun: Bool
    /// What is done to the guest before the operations, in this order.
    public var customizations: [Customization]

    /// A request that runs the default operations, unless said otherwise.
    public init(
        disk: FilePath,
        format: DiskFormat,
        cloudConfig: String? = nil,
        lockRoot: Bool = false,
        stamp: Stamp? = nil,
        enabled: Set<String> = [],
        disabled: Set<String> = [],
        expectedDistro: String? = nil,
        root: String? = nil,
        keys: [DiskKey] = [],
        sectorSize: Int = 512,
        shrink: Bool = false,
        dryRun: Bool = false,
        customizations: [Customization] = []
    ) {
        self.disk = disk
        self.format = format
        self.cloudConfig = cloudConfig
        self.lockRoot = lockRoot
        self.stamp = stamp
        self.enabled = enabled
        self.disabled = disabled
        self.expectedDistro = expectedDistro
        self.root = root
        self.keys = keys
        self.sectorSize = sectorSize
        self.shrink = shrink
        self.dryRun = dryRun
        self.customizations = customizations
    }

    var seal: Seal {
        Seal(cloudConfig: cloudConfig, lockRoot: lockRoot, stampPath: (stamp?.path).map { GuestPath($0) })
    }
}
