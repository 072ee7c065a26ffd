/// Which images to list and in what order; everything that is given must hold.
///
/// Without a visibility these are those of `openstack image list`: the project's own, the public ones, and those that another project
/// shares with it and that it accepted. An administrator sees all.
public struct ImageQuery: Sendable, Hashable {
    /// Whose visibility to ask for.
    public enum Visible: Sendable, Hashable {
        /// One visibility.
        case only(Visibility)
        /// All that may be seen, the community's images with them.
        case all
    }

    /// The exact name.
    public var name: String?
    /// The state.
    public var status: ImageStatus?
    /// The visibility; nil for the usual list.
    public var visibility: Visible?
    /// The owner's id.
    public var owner: String?
    /// Whether to list hidden images, and only those.
    public var isHidden = false
    /// Of shared images, those of which the project's answer is this; nil for whatever it answered.
    public var memberStatus: ImageMember.Status? = .accepted
    /// Tags that an image must all have.
    public var tags: [String] = []
    /// Properties that an image must all have, with these values.
    public var properties: [String: String] = [:]
    /// The order; where all keys are equal, and without keys, the newest come first.
    public var sort: [ImageSort] = []
    /// Begin after this image, which must be in the list.
    public var marker: ImageID?
    /// How many at most; nil for all.
    public var limit: Int?
    /// What must be said of each.
    public var fields = ImageFields.all

    /// Everything that is usually listed.
    public init() {}
}

/// A key by which images are ordered.
public struct ImageSort: Sendable, Hashable {
    /// What can be ordered by, with Glance's names.
    public enum Key: String, Sendable, Hashable, CaseIterable {
        case name
        case status
        case containerFormat = "container_format"
        case diskFormat = "disk_format"
        case size
        case id
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    /// The key.
    public var key: Key
    /// Whether from the largest to the smallest.
    public var isDescending: Bool

    /// Creates a key.
    public init(_ key: Key, isDescending: Bool = false) {
        self.key = key
        self.isDescending = isDescending
    }
}
