import DiskImages
import GRDB

/// A row of the table of images; the tags and properties have tables of their own.
struct ImageRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "image"

    var id: String
    var name: String
    var status: String
    var visibility: String
    var isProtected: Bool
    var diskFormat: String
    var containerFormat: String
    var size: Int64
    var virtualSize: Int64
    var checksum: String
    var osHashAlgorithm: String
    var osHashValue: String
    var sha256: String
    var minDisk: Int
    var minRAM: Int
    var createdAt: String
    var updatedAt: String

    enum CodingKeys: String, CodingKey {
        case id, name, status, visibility, size, checksum, sha256
        case isProtected = "protected"
        case diskFormat = "disk_format"
        case containerFormat = "container_format"
        case virtualSize = "virtual_size"
        case osHashAlgorithm = "os_hash_algo"
        case osHashValue = "os_hash_value"
        case minDisk = "min_disk"
        case minRAM = "min_ram"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    init(_ image: Image) {
        id = image.id.description
        name = image.name
        status = image.status.rawValue
        visibility = image.visibility.rawValue
        isProtected = image.isProtected
        diskFormat = image.diskFormat.rawValue
        containerFormat = image.containerFormat
        size = image.size
        virtualSize = image.virtualSize
        checksum = image.checksum
        osHashAlgorithm = image.osHashAlgorithm
        osHashValue = image.osHashValue
        sha256 = image.sha256
        minDisk = image.minDisk
        minRAM = image.minRAM
        createdAt = Timestamp.text(image.createdAt)
        updatedAt = Timestamp.text(image.updatedAt)
    }

    /// The image; nil where the row has a value that this version does not know.
    func image(tags: [String], properties: [String: String]) -> Image? {
        guard
            let id = ImageID(id),
            let status = ImageStatus(rawValue: status),
            let visibility = Visibility(rawValue: visibility),
            let diskFormat = DiskFormat(rawValue: diskFormat),
            let createdAt = Timestamp.date(createdAt),
            let updatedAt = Timestamp.date(updatedAt)
        else { return nil }
        var image = Image(
            id: id,
            name: name,
            status: status,
            visibility: visibility,
            isProtected: isProtected,
            tags: tags,
            properties: properties,
            diskFormat: diskFormat,
            containerFormat: containerFormat,
            digests: FileDigests(size: size, sha256: sha256, sha512: osHashValue, md5: checksum),
            virtualSize: virtualSize,
            minDisk: minDisk,
            minRAM: minRAM,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
        image.osHashAlgorithm = osHashAlgorithm
        return image
    }
}
