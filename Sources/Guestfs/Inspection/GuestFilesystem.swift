/// A file system, or something else that fills a device.
public struct GuestFilesystem: Sendable, Codable, Equatable {
    /// Its device, a partition or a logical volume.
    public let device: String
    /// Its kind: `ext4`, `xfs`, `vfat`, `swap`; `unknown` where it has none.
    public let type: String
    /// Its label, where it has one.
    public let label: String?
    /// Its UUID, where it has one.
    public let uuid: String?
    /// Where the guest mounts it.
    public let mountpoint: String?
    /// How many bytes it holds in all; nil where it is not mounted.
    public let size: Int64?
    /// How many bytes are used; nil where it is not mounted.
    public let used: Int64?
}
