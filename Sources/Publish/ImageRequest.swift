public import DiskImages
public import SystemPackage

/// What to publish and under which metadata.
public struct ImageRequest: Sendable, Hashable {
    /// The finished image file.
    public var file: FilePath
    /// The name, 1 to 255 characters.
    public var name: String
    /// The format that the file must be in.
    public var diskFormat: DiskFormat
    /// Whether the registry may share the file's bytes.
    public var sharing: FileSharing
    /// Who may see it.
    public var visibility: Visibility = .private
    /// Whether it will refuse to be deleted.
    public var isProtected = false
    /// Tags of 1 to 255 characters, at most 128; one given twice counts once.
    public var tags: [String] = []
    /// Custom properties, at most 128 together with those below.
    public var properties: [String: String] = [:]
    /// The least memory that it needs, in MiB.
    public var minRAM = 0
    /// The smallest disk in GiB; nil for what the virtual size needs, less than which is refused.
    public var minDisk: Int?
    /// The property `os_distro`.
    public var osDistro: String?
    /// The property `os_version`.
    public var osVersion: String?
    /// The property `architecture`.
    public var architecture: String?
    /// The property `imagebake_bake_id`.
    public var bakeID: String?
    /// The property `imagebake_recipe_digest`.
    public var recipeDigest: String?
    /// The property `imagebake_tree_trust`.
    public var treeTrust: String?

    /// Creates a request; everything else is set by assignment.
    public init(file: FilePath, name: String, diskFormat: DiskFormat, sharing: FileSharing = .reflink) {
        self.file = file
        self.name = name
        self.diskFormat = diskFormat
        self.sharing = sharing
    }
}
