/// A mounted file system and whether its free space was given back to the image.
public struct TrimResult: Sendable, Codable, Equatable {
    /// The file system's device in the appliance.
    public let device: String
    /// Where the guest mounts it.
    public let mountpoint: String
    /// Why it could not be trimmed; nil when it was.
    public let warning: String?
}
