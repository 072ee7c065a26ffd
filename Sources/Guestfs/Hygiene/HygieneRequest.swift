public import SystemPackage

/// Which disk is to be proven clean, and what else must hold for it.
public struct HygieneRequest: Sendable {
    /// The image; only read.
    public var disk: FilePath
    /// Its format.
    public var format: DiskFormat
    /// The content that `/etc/cloud/cloud.cfg` must have, byte for byte; nil takes any.
    public var cloudConfig: String?
    /// Whether root's password must be locked.
    public var lockedRoot: Bool
    /// The installer's stamp, which must be gone; nil does not look.
    public var stampPath: String?
    /// Operations beside the default ones whose claim must hold.
    public var enabled: Set<String>
    /// Operations whose claim need not hold.
    public var disabled: Set<String>

    /// What may let somebody in; nil where nobody has declared anything, and those checks are not made.
    public var declared: HygieneDeclaration?

    /// The layout of this disk where it is known, which spares the inspection; nil has it inspected.
    public var layout: GuestLayout?

    /// The device of the operating system that is meant, where the disk has several; nil takes the only one.
    public var root: String?

    /// What opens the encrypted volumes.
    public var keys: [DiskKey]

    /// The bytes of a sector: 512 or 4096.
    public var sectorSize: Int

    /// A request for the claims of the default operations, unless said otherwise.
    public init(
        disk: FilePath,
        format: DiskFormat,
        cloudConfig: String? = nil,
        lockedRoot: Bool = false,
        stampPath: String? = "/etc/imagebake-stamp",
        enabled: Set<String> = [],
        disabled: Set<String> = [],
        declared: HygieneDeclaration? = nil,
        layout: GuestLayout? = nil,
        root: String? = nil,
        keys: [DiskKey] = [],
        sectorSize: Int = 512
    ) {
        self.disk = disk
        self.format = format
        self.cloudConfig = cloudConfig
        self.lockedRoot = lockedRoot
        self.stampPath = stampPath
        self.enabled = enabled
        self.disabled = disabled
        self.declared = declared
        self.layout = layout
        self.root = root
        self.keys = keys
        self.sectorSize = sectorSize
    }

    /// The proof that this sysprep did its work, read from this image: the disk that it worked on or a conversion of it.
    ///
    /// With sysprep's report the disk is not inspected again.
    public init(proving sysprep: SysprepRequest, report: SysprepReport? = nil, disk: FilePath, format: DiskFormat) {
        self.init(
            disk: disk,
            format: format,
            cloudConfig: sysprep.cloudConfig,
            lockedRoot: sysprep.lockRoot,
            stampPath: sysprep.stamp?.path,
            enabled: sysprep.enabled,
            disabled: sysprep.disabled,
            layout: report?.layout,
            root: sysprep.root,
            keys: sysprep.keys,
            sectorSize: sysprep.sectorSize
        )
    }

    var guestDisk: GuestDisk { GuestDisk(disk, format: format, sectorSize: sectorSize) }

    var seal: Seal {
        Seal(cloudConfig: cloudConfig, lockRoot: lockedRoot, stampPath: stampPath.map { GuestPath($0) })
    }
}
