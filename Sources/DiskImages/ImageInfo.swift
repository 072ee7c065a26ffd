public import SystemPackage

/// What `qemu-img info` says about an image.
public struct ImageInfo: Sendable, Hashable {
    /// The format in which it was opened.
    public var format: DiskFormat

    /// The size of the disk inside, in bytes.
    public var virtualSize: Int64

    /// The bytes that the file takes on the disk.
    public var actualSize: Int64

    /// The backing file, made absolute; nil where there is none.
    public var backingFile: FilePath?

    /// The format that the image states for its backing file.
    public var backingFormat: String?

    /// The external data file, nil where there is none.
    public var dataFile: String?

    /// Whether it was not closed properly.
    public var isDirty: Bool

    /// Whether QEMU marked it as corrupt.
    public var isCorrupt: Bool

    /// Whether the guest's bytes are encrypted.
    public var isEncrypted: Bool

    /// The kind of compression that the qcow2 header names, whether or not any cluster is compressed; nil for raw.
    public var compression: Qcow2Compression?

    /// The number of internal snapshots.
    public var snapshotCount: Int
}
