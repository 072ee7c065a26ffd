/// A variant or an add-on of a tree: `[variant-UID]` or `[addon-UID]`, a repository beside others.
public struct TreeVariant: Sendable, Hashable {
    /// `id`, else the section's own name: "BaseOS", "Server".
    public let id: String
    /// `uid`, else the section's own name; an add-on's has its parent's in front.
    public let uid: String
    /// `name`, for people.
    public let name: String?
    /// `type`: "variant", "optional" or "addon".
    public let type: String
    /// The directory of the packages, relative to the tree; it may climb out into a sister tree.
    public let packages: String?
    /// The repository, relative to the tree, `.` for the tree itself; it may climb out into a sister tree.
    public let repository: String?
}
