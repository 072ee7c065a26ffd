import DiskImages

/// The metadata of a request, checked; the limits are Glance's (api/v2/images.py and its quota defaults).
struct ImageMetadata {
    private static let limit = 255
    private static let countLimit = 128
    private static let valueLimit = 65_535

    /// Glance's own attributes, which no custom property may be called.
    static let reserved: Set<String> = [
        "id", "name", "status", "visibility", "protected", "os_hidden", "checksum", "os_hash_algo", "os_hash_value",
        "owner", "size", "virtual_size", "container_format", "disk_format", "created_at", "updated_at", "tags",
        "min_ram",
        "min_disk", "self", "file", "schema", "direct_url", "locations", "location", "stores", "deleted", "deleted_at",
        "properties", "sha256",
    ]

    let name: String
    let visibility: Visibility
    let isProtected: Bool
    let tags: [String]
    let properties: [String: String]
    let minRAM: Int
    private let statedMinDisk: Int?

    init(_ request: ImageRequest) throws(RegistryError) {
        name = try Self.text(request.name, "an image's name")
        visibility = request.visibility
        isProtected = request.isProtected
        for tag in request.tags { _ = try Self.text(tag, "a tag") }
        tags = Set(request.tags).sorted()
        properties = try Self.properties(of: request)
        guard tags.count <= Self.countLimit, properties.count <= Self.countLimit else {
            throw RegistryError(
                .invalid,
                "an image has at most \(Self.countLimit) tags and \(Self.countLimit) properties"
            )
        }
        guard (0...Int(Int32.max)).contains(request.minRAM) else {
            throw RegistryError(.invalid, "min_ram is out of range: \(request.minRAM)")
        }
        minRAM = request.minRAM
        statedMinDisk = request.minDisk
    }

    /// The smallest disk in GiB for a disk of so many bytes.
    func minDisk(virtualSize: Int64) throws(RegistryError) -> Int {
        let needed = Image.minimumDisk(for: virtualSize)
        guard let stated = statedMinDisk else { return needed }
        guard (needed...Int(Int32.max)).contains(stated) else {
            throw RegistryError(.invalid, "min_disk is \(stated) GiB, but the disk inside needs \(needed) GiB")
        }
        return stated
    }

    private static func properties(of request: ImageRequest) throws(RegistryError) -> [String: String] {
        var properties = request.properties
        let own = [
            (ImageProperty.osDistro, request.osDistro),
            (ImageProperty.osVersion, request.osVersion),
            (ImageProperty.architecture, request.architecture),
            (ImageProperty.bakeID, request.bakeID),
            (ImageProperty.recipeDigest, request.recipeDigest),
            (ImageProperty.treeTrust, request.treeTrust),
        ]
        for case (let name, let value?) in own {
            if let other = properties[name], other != value {
                throw RegistryError(.invalid, "the property '\(name)' is given twice: '\(other)' and '\(value)'")
            }
            properties[name] = value
        }
        for (name, value) in properties {
            _ = try text(name, "a property's name")
            if reserved.contains(name) || name.hasPrefix("os_glance_") {
                throw RegistryError(.invalid, "the property '\(name)' is reserved")
            }
            guard value.utf8.count <= valueLimit, !value.contains("\0") else {
                throw RegistryError(.invalid, "the value of the property '\(name)' is longer than \(valueLimit) bytes")
            }
        }
        return properties
    }

    /// A text of 1 to 255 characters that cannot upset a terminal or a table.
    private static func text(_ value: String, _ what: String) throws(RegistryError) -> String {
        guard !value.isEmpty, value.unicodeScalars.count <= limit else {
            throw RegistryError(.invalid, "\(what) has 1 to \(limit) characters, not \(value.unicodeScalars.count)")
        }
        let isPlain = value.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .lineSeparator
                && scalar.properties.generalCategory != .paragraphSeparator
        }
        guard isPlain else { throw RegistryError(.invalid, "\(what) has a control character") }
        return value
    }
}
