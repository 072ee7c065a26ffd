public import SystemPackage

/// A disk image that is handed to the appliance.
public struct GuestDisk: Sendable {
    /// The image file.
    public var path: FilePath
    /// Its format.
    public var format: DiskFormat
    /// Whether the appliance may only read it; writes go nowhere.
    public var readOnly: Bool
    /// Whether a crash of the host may cost the image, so that nothing has to be flushed (`cache=unsafe`).
    ///
    /// Right for an overlay that is thrown away when anything fails.
    public var throwAway: Bool

    /// The bytes of a sector as the guest sees it, 512 or 4096; the partition table counts in them.
    public var sectorSize: Int

    /// A disk, read-only and with sectors of 512 bytes unless said otherwise.
    public init(
        _ path: FilePath,
        format: DiskFormat,
        readOnly: Bool = true,
        throwAway: Bool = false,
        sectorSize: Int = 512
    ) {
        self.path = path
        self.format = format
        self.readOnly = readOnly
        self.throwAway = throwAway
        self.sectorSize = sectorSize
    }
}
