/// A place where a registry keeps images' bytes.
public struct ImageStore: Sendable, Hashable, Codable {
    /// Its id.
    public let id: String
    /// What its operator says of it.
    public let description: String?
    /// Whether images go there when nobody names a store.
    public let isDefault: Bool
    /// Whether it takes none.
    public let isReadOnly: Bool
    /// What kind of store it is, `rbd` for one; nil where that is not told, which is to administrators only.
    public let type: String?

    /// Creates a store.
    public init(id: String, description: String?, isDefault: Bool, isReadOnly: Bool, type: String? = nil) {
        self.id = id
        self.description = description
        self.isDefault = isDefault
        self.isReadOnly = isReadOnly
        self.type = type
    }
}

/// How the bytes of an image come out of somewhere else than the client's hands.
public enum ImportMethod: Sendable, Hashable {
    /// They were staged.
    case direct
    /// The registry fetches them from an http or https URL.
    case webDownload(String)
    /// They are copied from the stores that have them into others.
    case copy

    /// Glance's name.
    public var name: String {
        switch self {
        case .direct: "glance-direct"
        case .webDownload: "web-download"
        case .copy: "copy-image"
        }
    }
}

/// Into which stores an image's bytes go.
public enum StoreChoice: Sendable, Hashable {
    /// The registry's default.
    case usual
    /// These.
    case named([String])
    /// All.
    case all
}
