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

    /// A request for the claims of the default operations, unless said otherwise.
    public init(
        disk: FilePath,
        format: DiskFormat,
        cloudConfig: String? = nil,
        lockedRoot: Bool = false,
        stampPath: String? = "/etc/imagebake-stamp",
        enabled: Set<String> = [],
        disabled: Set<String> = []
    ) {
        self.disk = disk
        self.format = format
        self.cloudConfig = cloudConfig
        self.lockedRoot = lockedRoot
        self.stampPath = stampPath
        self.enabled = enabled
        self.disabled = disabled
    }

    /// The proof that this sysprep did its work, read from this image.
    public init(proving sysprep: SysprepRequest, disk: FilePath, format: DiskFormat) {
        self.init(
            disk: disk,
            format: format,
            cloudConfig: sysprep.cloudConfig,
            lockedRoot: sysprep.lockRoot,
            stampPath: sysprep.stamp?.path,
            enabled: sysprep.enabled,
            disabled: sysprep.disabled
        )
    }

    var seal: Seal {
        Seal(cloudConfig: cloudConfig, lockRoot: lockedRoot, stampPath: stampPath.map { GuestPath($0) })
    }
}
