import DiskImages
import Foundation

extension Image: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, name, status, visibility, tags, properties, size, checksum, sha256
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

    /// Reads what ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func date(_ key: CodingKeys) throws -> Date {
            guard let date = Timestamp.date(try container.decode(String.self, forKey: key)) else {
                throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "not a time")
            }
            return date
        }
        self.init(
            id: try container.decode(ImageID.self, forKey: .id),
            name: try container.decode(String.self, forKey: .name),
            status: try container.decode(ImageStatus.self, forKey: .status),
            visibility: try container.decode(Visibility.self, forKey: .visibility),
            isProtected: try container.decode(Bool.self, forKey: .isProtected),
            tags: try container.decode([String].self, forKey: .tags),
            properties: try container.decode([String: String].self, forKey: .properties),
            diskFormat: try container.decode(DiskFormat.self, forKey: .diskFormat),
            containerFormat: try container.decode(String.self, forKey: .containerFormat),
            digests: FileDigests(
                size: try container.decode(Int64.self, forKey: .size),
                sha256: try container.decode(String.self, forKey: .sha256),
                sha512: try container.decode(String.self, forKey: .osHashValue),
                md5: try container.decode(String.self, forKey: .checksum)
            ),
            virtualSize: try container.decode(Int64.self, forKey: .virtualSize),
            minDisk: try container.decode(Int.self, forKey: .minDisk),
            minRAM: try container.decode(Int.self, forKey: .minRAM),
            createdAt: try date(.createdAt),
            updatedAt: try date(.updatedAt)
        )
        osHashAlgorithm = try container.decode(String.self, forKey: .osHashAlgorithm)
    }

    /// Writes Glance's keys.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(status, forKey: .status)
        try container.encode(visibility, forKey: .visibility)
        try container.encode(isProtected, forKey: .isProtected)
        try container.encode(tags, forKey: .tags)
        try container.encode(properties, forKey: .properties)
        try container.encode(diskFormat, forKey: .diskFormat)
        try container.encode(containerFormat, forKey: .containerFormat)
        try container.encode(size, forKey: .size)
        try container.encode(virtualSize, forKey: .virtualSize)
        try container.encode(checksum, forKey: .checksum)
        try container.encode(osHashAlgorithm, forKey: .osHashAlgorithm)
        try container.encode(osHashValue, forKey: .osHashValue)
        try container.encode(sha256, forKey: .sha256)
        try container.encode(minDisk, forKey: .minDisk)
        try container.encode(minRAM, forKey: .minRAM)
        try container.encode(Timestamp.text(createdAt), forKey: .createdAt)
        try container.encode(Timestamp.text(updatedAt), forKey: .updatedAt)
    }
}
