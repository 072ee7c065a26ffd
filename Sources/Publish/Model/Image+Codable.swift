import Foundation

extension Image: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, name, status, visibility, owner, tags, properties, size, checksum, sha256, stores, documents
        case isProtected = "protected"
        case isHidden = "os_hidden"
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
        func optional<Value: Decodable>(_ type: Value.Type, _ key: CodingKeys) throws -> Value? {
            try container.decodeIfPresent(type, forKey: key)
        }
        self.init(
            id: try container.decode(ImageID.self, forKey: .id),
            name: try optional(String.self, .name),
            status: try container.decode(ImageStatus.self, forKey: .status),
            visibility: try container.decode(Visibility.self, forKey: .visibility),
            isProtected: try container.decode(Bool.self, forKey: .isProtected),
            tags: try container.decode([String].self, forKey: .tags),
            properties: try container.decode([String: String].self, forKey: .properties),
            minDisk: try container.decode(Int.self, forKey: .minDisk),
            minRAM: try container.decode(Int.self, forKey: .minRAM),
            createdAt: try date(.createdAt),
            updatedAt: try date(.updatedAt)
        )
        isHidden = try optional(Bool.self, .isHidden) ?? false
        owner = try optional(String.self, .owner)
        diskFormat = try optional(DiskFormatName.self, .diskFormat)
        containerFormat = try optional(ContainerFormatName.self, .containerFormat)
        size = try optional(Int64.self, .size)
        virtualSize = try optional(Int64.self, .virtualSize)
        checksum = try optional(String.self, .checksum)
        osHashAlgorithm = try optional(String.self, .osHashAlgorithm)
        osHashValue = try optional(String.self, .osHashValue)
        sha256 = try optional(String.self, .sha256)
        stores = try optional([String].self, .stores) ?? []
        documents = try optional([ImageDocument].self, .documents) ?? []
    }

    /// Writes Glance's keys.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(status, forKey: .status)
        try container.encode(visibility, forKey: .visibility)
        try container.encode(isProtected, forKey: .isProtected)
        try container.encode(isHidden, forKey: .isHidden)
        try container.encode(owner, forKey: .owner)
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
        try container.encode(stores, forKey: .stores)
        try container.encode(documents, forKey: .documents)
    }
}
