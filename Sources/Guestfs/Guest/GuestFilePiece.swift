/// A piece of a file of a guest.
public struct GuestFilePiece: Sendable {
    /// The file.
    public let path: GuestPath
    /// The bytes.
    public let bytes: [UInt8]
    /// Where they stand in the file, in bytes.
    public let offset: Int64
    /// Whether they are the file's last ones.
    public let isLast: Bool
}
