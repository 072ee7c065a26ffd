/// One reason not to publish an image.
public struct GateRefusal: Sendable, Hashable {
    /// The rule that the image breaks.
    public let rule: GateRule

    /// Where in the file it breaks it, in bytes from its start; nil where it is the file as a whole.
    public let offset: Int64?

    /// What is wrong, at which offset, and what to do about it, with the code mismatch, unsafe, corrupt or invalid.
    public let error: DiskImageError
}
