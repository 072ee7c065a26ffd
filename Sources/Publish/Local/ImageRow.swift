import DiskImages
import GRDB

/// A row of the table of images; the tags, properties, members and documents have tables of their own.
///
/// Written out, where Codable would do it: that takes ten times as long, and lists are long.
struct ImageRow: FetchableRecord, PersistableRecord {
    static let databaseTableName = "image"

    var id: String
    var name: String?
    var status: String
    var visibility: String
    var isProtected: Bool
    var isHidden: Bool
    var owner: String
    var diskFormat: String?
    var containerFormat: String?
    var size: Int64?
    var virtualSize: Int64?
    var checksum: String?
    var osHashAlgorithm: String?
    var osHashValue: String?
    var sha256: String?
    var minDisk: Int
    var minRAM: Int
    var createdAt: String
    var updatedAt: String
    /// Whether nothing is null that cannot be.
    private var isWhole = true

    /// The columns in the order in which ``init(row:)`` reads them; those that are not wanted are null.
    static func columns(_ fields: ImageFields) -> String {
        let digests =
            fields.contains(.digests) ? "checksum, os_hash_algo, os_hash_value, sha256" : "NULL, NULL, NULL, NULL"
        return """
            id, name, status, visibility, protected, os_hidden, owner, disk_format, container_format, size, virtual_size, \
            min_disk, min_ram, created_at, updated_at, \(digests)
            """
    }

    /// Reads a row of ``columns(_:)``, by their places: to look each name up takes longer than to read it.
    ///
    /// What is never null is read as if it could be, since it is in a rotten record.
    init(row: Row) {
        let (id, status, visibility, owner): (String?, String?, String?, String?) = (row[0], row[2], row[3], row[6])
        let (isProtected, isHidden): (Bool?, Bool?) = (row[4], row[5])
        let (minDisk, minRAM): (Int?, Int?) = (row[11], row[12])
        let (createdAt, updatedAt): (String?, String?) = (row[13], row[14])
        isWhole = isProtected != nil && isHidden != nil && owner != nil && minDisk != nil && minRAM != nil
        self.id = id ?? ""
        name = row[1]
        self.status = status ?? ""
        self.visibility = visibility ?? ""
        self.isProtected = isProtected ?? true
        self.isHidden = isHidden ?? false
        self.owner = owner ?? ""
        diskFormat = row[7]
        containerFormat = row[8]
        size = row[9]
        virtualSize = row[10]
        self.minDisk = minDisk ?? 0
        self.minRAM = minRAM ?? 0
        self.createdAt = createdAt ?? ""
        self.updatedAt = updatedAt ?? ""
        checksum = row[15]
        osHashAlgorithm = row[16]
        osHashValue = row[17]
        sha256 = row[18]
    }

    func encode(to container: inout PersistenceContainer) {
        container["id"] = id
        container["name"] = name
        container["status"] = status
        container["visibility"] = visibility
        container["protected"] = isProtected
        container["os_hidden"] = isHidden
        container["owner"] = owner
        container["disk_format"] = diskFormat
        container["container_format"] = containerFormat
        container["size"] = size
        container["virtual_size"] = virtualSize
        container["checksum"] = checksum
        container["os_hash_algo"] = osHashAlgorithm
        container["os_hash_value"] = osHashValue
        container["sha256"] = sha256
        container["min_disk"] = minDisk
        container["min_ram"] = minRAM
        container["created_at"] = createdAt
        container["updated_at"] = updatedAt
    }

    init(_ image: Image) {
        id = image.id.description
        name = image.name
        status = image.status.rawValue
        visibility = image.visibility.rawValue
        isProtected = image.isProtected
        isHidden = image.isHidden
        owner = image.owner ?? LocalActor.usualProject
        diskFormat = image.diskFormat?.rawValue
        containerFormat = image.containerFormat?.rawValue
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
            isWhole,
            let id = ImageID(id),
            let status = ImageStatus(rawValue: status),
            let visibility = Visibility(rawValue: visibility),
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
            minDisk: minDisk,
            minRAM: minRAM,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
        image.isHidden = isHidden
        image.owner = owner
        image.diskFormat = diskFormat.map(DiskFormatName.init)
        image.containerFormat = containerFormat.map(ContainerFormatName.init)
        image.size = size
        image.virtualSize = virtualSize
        image.checksum = checksum
        image.osHashAlgorithm = osHashAlgorithm
        image.osHashValue = osHashValue
        image.sha256 = sha256
        return image
    }
}
