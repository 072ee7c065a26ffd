/// The format of a disk image, always given and never probed.
///
/// Probing a raw image lets its content choose the format, and a qcow2 header written by a guest can name any file
/// of the host as its backing file.
public enum DiskFormat: String, Sendable, Codable, CaseIterable {
    /// QEMU's own format, with or without a backing file.
    case qcow2
    /// The plain bytes of the disk.
    case raw
}
