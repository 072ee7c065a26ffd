/// What the first bytes of an image file say about it.
public struct ImageHeader: Sendable, Hashable {
    /// The format that the bytes are in.
    public let format: DetectedFormat

    /// The size of the disk inside, in bytes; the file's size for anything but qcow2.
    public let virtualSize: Int64

    /// The header, for a qcow2 image whose header is whole.
    public let qcow2: Qcow2Header?
}
