/// The state of an image; Glance calls it `status`.
///
/// A local image is visible only once it is complete, and so always active.
public enum ImageStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Complete and usable.
    case active
}
