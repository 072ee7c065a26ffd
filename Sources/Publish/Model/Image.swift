public import DiskImages
public import Foundation

/// A published image, with Glance's names and meanings.
///
/// Its JSON has Glance's keys, null where there is no value, the properties as one object under `properties`, as the openstack client
/// prints them, and times like `2026-11-24T03:10:00Z` whatever the encoder's date strategy.
public struct Image: Sendable, Hashable, Identifiable {
    /// The id, unique in its registry and beyond.
    public var id: ImageID
    /// The name, at most 255 characters, not unique; nil for none.
    public var name: String?
    /// The state.
    public var status: ImageStatus
    /// Who may see it.
    public var visibility: Visibility
    /// Whether it refuses to be deleted; `protected`.
    public var isProtected: Bool
    /// Whether lists leave it out; `os_hidden`.
    public var isHidden = false
    /// The id of the project that owns it; nil where the registry knows of no projects.
    public var owner: String?
    /// Its tags, sorted.
    public var tags: [String]
    /// Its custom properties, `os_distro` and imagebake's own among them.
    public var properties: [String: String]
    /// The format of the bytes; nil while nobody has said it.
    public var diskFormat: DiskFormatName?
    /// What is around them; nil while nobody has said it.
    public var containerFormat: ContainerFormatName?
    /// The number of bytes; nil while there are none.
    public var size: Int64?
    /// The size of the disk inside in bytes; nil where it is not known.
    public var virtualSize: Int64?
    /// The MD5 of the bytes.
    public var checksum: String?
    /// The algorithm of ``osHashValue``: `sha512`, unless an operator chose another.
    public var osHashAlgorithm: String?
    /// The digest of the bytes by that algorithm; `os_hash_value`.
    public var osHashValue: String?
    /// The SHA-256 of the bytes, under which the local registry keeps them; nil in a Glance.
    public var sha256: String?
    /// The smallest disk that it fits on, in GiB.
    public var minDisk: Int
    /// The least memory that it needs, in MiB.
    public var minRAM: Int
    /// When it was created.
    public var createdAt: Date
    /// When its metadata last changed.
    public var updatedAt: Date
    /// The stores that have its bytes; empty where the registry has one without a name.
    public var stores: [String] = []
    /// What is kept with it, by name.
    public var documents: [ImageDocument] = []

    /// Creates an image without bytes.
    public init(
        id: ImageID,
        name: String?,
        status: ImageStatus = .queued,
        visibility: Visibility,
        isProtected: Bool = false,
        tags: [String] = [],
        properties: [String: String] = [:],
        minDisk: Int = 0,
        minRAM: Int = 0,
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
        self.minDisk = minDisk
        self.minRAM = minRAM
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The image that a draft becomes in a registry, without bytes.
    init(_ draft: ImageDraft, id: ImageID, owner: String?, at time: Date) {
        self.init(
            id: id,
            name: draft.name,
            // Glance's choice since 2.5 (glance/db/sqlalchemy/models.py).
            visibility: draft.visibility ?? .shared,
            isProtected: draft.isProtected,
            tags: Set(draft.tags).sorted(),
            properties: draft.properties,
            minDisk: draft.minDisk,
            minRAM: draft.minRAM,
            createdAt: time,
            updatedAt: time
        )
        isHidden = draft.isHidden
        self.owner = draft.owner ?? owner
        diskFormat = draft.diskFormat
        containerFormat = draft.containerFormat
    }

    /// Sets size and digests, with SHA-512 for ``osHashValue``; nil for an image without bytes.
    public mutating func setDigests(_ digests: FileDigests?) {
        size = digests?.size
        checksum = digests?.md5
        osHashAlgorithm = digests.map { _ in "sha512" }
        osHashValue = digests?.sha512
        sha256 = digests?.sha256
    }

    /// The digests of its bytes, where all are known, as in the local registry; those of a file to which it was saved.
    public var fileDigests: FileDigests? {
        guard let size, let sha256, let osHashValue, osHashAlgorithm == "sha512", let checksum else { return nil }
        return FileDigests(size: size, sha256: sha256, sha512: osHashValue, md5: checksum)
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
