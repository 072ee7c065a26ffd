public import DiskImages
public import Foundation

/// A published image, with Glance's names and meanings.
///
/// Its JSON has Glance's keys, the properties as one object under `properties`, as the openstack client prints them, and
/// times like `2026-11-24T03:10:00Z` whatever the encoder's date strategy.
public struct Image: Sendable, Hashable, Identifiable {
    /// The id, unique in its registry and beyond.
    public var id: ImageID
    /// The name, at most 255 characters, not unique.
    public var name: String
    /// The state.
    public var status: ImageStatus
    /// Who may see it.
    public var visibility: Visibility
    /// Whether it refuses to be deleted; `protected`.
    public var isProtected: Bool
    /// Its tags, sorted.
    public var tags: [String]
    /// Its custom properties, `os_distro` and imagebake's own among them.
    public var properties: [String: String]
    /// The format of the file.
    public var diskFormat: DiskFormat
    /// What is around the file; `bare` is nothing.
    public var containerFormat: String
    /// The size of the file in bytes.
    public var size: Int64
    /// The size of the disk inside in bytes.
    public var virtualSize: Int64
    /// The MD5 of the file.
    public var checksum: String
    /// The algorithm of ``osHashValue``; `sha512`.
    public var osHashAlgorithm: String
    /// The SHA-512 of the file; `os_hash_value`.
    public var osHashValue: String
    /// The SHA-256 of the file, under which its blob is kept.
    public var sha256: String
    /// The smallest disk that it fits on, in GiB.
    public var minDisk: Int
    /// The least memory that it needs, in MiB.
    public var minRAM: Int
    /// When it was published.
    public var createdAt: Date
    /// When its metadata last changed.
    public var updatedAt: Date

    /// Creates an image from its parts.
    public init(
        id: ImageID,
        name: String,
        status: ImageStatus = .active,
        visibility: Visibility,
        isProtected: Bool,
        tags: [String],
        properties: [String: String],
        diskFormat: DiskFormat,
        containerFormat: String = "bare",
        digests: FileDigests,
        virtualSize: Int64,
        minDisk: Int,
        minRAM: Int,
        createdAt: Date,
        updatedAt: Date
    ) {
        self.id = id
        self.name = name
        self.status = status
        self.visibility = visibility
        self.isProtected = isProtected
        self.tags = tags
        self.properties = properties
        self.diskFormat = diskFormat
        self.containerFormat = containerFormat
        size = digests.size
        self.virtualSize = virtualSize
        checksum = digests.md5
        osHashAlgorithm = "sha512"
        osHashValue = digests.sha512
        sha256 = digests.sha256
        self.minDisk = minDisk
        self.minRAM = minRAM
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The smallest whole number of GiB that holds `bytes`; at least 1.
    public static func minimumDisk(for bytes: Int64) -> Int {
        let gibibyte: Int64 = 1 << 30
        return max(1, Int(bytes / gibibyte) + (bytes % gibibyte > 0 ? 1 : 0))
    }
}

extension Image {
    /// The distribution by its libosinfo name, `debian`.
    public var osDistro: String? { properties[ImageProperty.osDistro] }
    /// The release of the distribution, `12`.
    public var osVersion: String? { properties[ImageProperty.osVersion] }
    /// The processor architecture, `x86_64`.
    public var architecture: String? { properties[ImageProperty.architecture] }
    /// The bake that made it.
    public var bakeID: String? { properties[ImageProperty.bakeID] }
    /// The digest of the recipe that it was made from.
    public var recipeDigest: String? { properties[ImageProperty.recipeDigest] }
}
