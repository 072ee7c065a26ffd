/// A mounted file system and how its free space was given back to the image.
public struct TrimResult: Sendable, Codable, Equatable {
    /// The ways.
    public enum Method: String, Sendable, Codable {
        /// The disk was told which blocks are free.
        case trimmed
        /// The free blocks were overwritten with zeros.
        case zeroed
        /// None: what was deleted may still be in the image.
        case none
    }

    /// The file system's device in the appliance.
    public let device: String
    /// Where the guest mounts it.
    public let mountpoint: String
    /// What was done.
    public let method: Method
    /// Why neither could be done; nil when one was.
    public let warning: String?
}
