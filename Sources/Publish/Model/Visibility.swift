/// Who may see an image; Glance calls it `visibility`.
///
/// The local registry keeps it for the clouds that an image goes to.
public enum Visibility: String, Sendable, Hashable, Codable, CaseIterable {
    /// Everybody, in everybody's list.
    case `public`
    /// The owner's project alone.
    case `private`
    /// Everybody who knows it, but in nobody else's list.
    case community
    /// The owner's project and those that it names.
    case shared
}
