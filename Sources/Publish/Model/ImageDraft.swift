/// An image before its registry knows it.
public struct ImageDraft: Sendable, Hashable {
    /// Its id; nil for one that the registry chooses.
    public var id: ImageID?
    /// The name, at most 255 characters; nil for none.
    public var name: String?
    /// The format of the bytes to come; nil to say it later.
    public var diskFormat: DiskFormatName?
    /// What is around them; nil to say it later.
    public var containerFormat: ContainerFormatName?
    /// Who may see it; nil for the registry's own choice, which is `shared`.
    public var visibility: Visibility?
    /// Whether it refuses to be deleted.
    public var isProtected = false
    /// Whether it is left out of lists.
    public var isHidden = false
    /// The project that owns it, which only an administrator may choose; nil for the one that creates it.
    public var owner: String?
    /// The smallest disk that it fits on, in GiB.
    public var minDisk = 0
    /// The least memory that it needs, in MiB.
    public var minRAM = 0
    /// Its tags.
    public var tags: [String] = []
    /// Its custom properties.
    public var properties: [String: String] = [:]

    /// A draft without anything.
    public init(name: String? = nil) {
        self.name = name
    }
}

/// A change to an image's metadata; what is nil stays as it is.
public struct ImageUpdate: Sendable, Hashable {
    /// The new name.
    public var name: String?
    /// The new format, while the image has no bytes.
    public var diskFormat: DiskFormatName?
    /// The new container format, while the image has no bytes.
    public var containerFormat: ContainerFormatName?
    /// Who may see it from now on.
    public var visibility: Visibility?
    /// Whether it refuses to be deleted from now on.
    public var isProtected: Bool?
    /// Whether it is left out of lists from now on.
    public var isHidden: Bool?
    /// The project that owns it from now on; for an administrator.
    public var owner: String?
    /// In GiB.
    public var minDisk: Int?
    /// In MiB.
    public var minRAM: Int?
    /// Tags that it gets besides those that it has.
    public var addedTags: [String] = []
    /// Tags that it loses; one that it does not have is an error.
    public var removedTags: [String] = []
    /// Properties that it gets, in place of those of the same names.
    public var properties: [String: String] = [:]
    /// Properties that it loses; one that it does not have is an error.
    public var removedProperties: [String] = []

    /// A change of nothing.
    public init() {}

    /// Whether it changes nothing.
    public var isEmpty: Bool { self == ImageUpdate() }
}
