/// A format of disk images that imagebake reads and writes, by its Glance `disk_format` name.
public enum DiskFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// QEMU's copy-on-write format, version 2 or 3.
    case qcow2

    /// The bytes of the disk as they are, sparse where the file system can.
    case raw
}
