public import Foundation

/// An image of Glance v2, with every field as Glance has it.
///
/// Source: glance, api/v2/images.py, get_base_properties and _format_image.
public struct GlanceImage: Sendable, Hashable, Identifiable {
    /// A state of an image; newer Glances may have others.
    public struct Status: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
        /// Glance's word.
        public let rawValue: String
        /// Takes any word.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// Glance's word.
        public var description: String { rawValue }

        /// There is no data yet.
        public static let queued = Status(rawValue: "queued")
        /// Data is being received.
        public static let saving = Status(rawValue: "saving")
        /// Data is staged, or being so.
        public static let uploading = Status(rawValue: "uploading")
        /// Staged or remote data is being imported.
        public static let importing = Status(rawValue: "importing")
        /// Complete and usable.
        public static let active = Status(rawValue: "active")
        /// Complete; only an administrator can download it.
        public static let deactivated = Status(rawValue: "deactivated")
        /// An upload failed in a way that cannot be mended.
        public static let killed = Status(rawValue: "killed")
        /// It was deleted.
        public static let deleted = Status(rawValue: "deleted")
        /// It was deleted, and its data goes later.
        public static let pendingDelete = Status(rawValue: "pending_delete")
    }

    /// The id; a UUID.
    public var id: String
    /// The name; not unique.
    public var name: String?
    /// The state.
    public var status: Status
    /// `public`, `private`, `shared` or `community`.
    public var visibility: String
    /// Whether it refuses to be deleted.
    public var isProtected: Bool
    /// Whether lists leave it out.
    public var isHidden: Bool
    /// The MD5 of the data.
    public var checksum: String?
    /// The algorithm of ``osHashValue``, `sha512` as a rule.
    public var osHashAlgorithm: String?
    /// The digest of the data in hexadecimal.
    public var osHashValue: String?
    /// The project's id; nil in a Glance without Keystone.
    public var owner: String?
    /// The size of the data in bytes.
    public var size: Int64?
    /// The size of the disk inside in bytes.
    public var virtualSize: Int64?
    /// `bare` as a rule.
    public var containerFormat: String?
    /// `qcow2`, `raw` and others.
    public var diskFormat: String?
    /// When it was created, in whole seconds.
    public var createdAt: Date?
    /// When it last changed, in whole seconds.
    public var updatedAt: Date?
    /// Its tags, sorted: Glance's order is none, and another one with each answer.
    public var tags: [String]
    /// The least memory that it needs, in MiB.
    public var minRAM: Int64
    /// The smallest disk that it fits on, in GiB.
    public var minDisk: Int64
    /// The stores that hold its data; nil where Glance has one only, or there is no data.
    public var stores: [String]?
    /// Where its store keeps it; nil where the operator does not show that.
    public var directURL: String?
    /// The path of the image, `/v2/images/ID`.
    public var selfPath: String?
    /// The path of its data.
    public var filePath: String?
    /// The path of its schema.
    public var schemaPath: String?
    /// All other properties that are texts, those of imports among them (`os_glance_*`).
    public var properties: [String: String]
    /// All other properties that are none: `locations` is a list.
    public var others: [String: JSONValue]

    /// Whether its data is there and complete.
    public var hasData: Bool { status == .active || status == .deactivated }

    /// The keys that are no properties.
    public static let baseKeys: Set<String> = [
        "id", "name", "status", "visibility", "protected", "os_hidden", "checksum", "os_hash_algo", "os_hash_value",
        "owner",
        "size", "virtual_size", "container_format", "disk_format", "created_at", "updated_at", "tags", "min_ram",
        "min_disk",
        "stores", "direct_url", "self", "file", "schema",
    ]

    /// Reads Glance's JSON.
    ///
    /// - Throws: `malformed` where it has no id or no status, or a field is of another kind.
    public init(_ json: JSONValue) throws {
        guard let object = json.object else { throw Self.malformed("it is no mapping") }
        func text(_ key: String) throws -> String? {
            switch object[key] {
            case nil, .null: return nil
            case .string(let text): return text
            default: throw Self.malformed("'\(key)' is no text")
            }
        }
        func number(_ key: String) throws -> Int64? {
            switch object[key] {
            case nil, .null: return nil
            case .integer(let number): return number
            default: throw Self.malformed("'\(key)' is no whole number")
            }
        }
        func flag(_ key: String) throws -> Bool {
            switch object[key] {
            case nil, .null: return false
            case .bool(let flag): return flag
            default: throw Self.malformed("'\(key)' is neither true nor false")
            }
        }
        guard let id = try text("id"), !id.isEmpty, let status = try text("status") else {
            throw Self.malformed("it has no id or no status")
        }
        self.id = id
        self.status = Status(rawValue: status)
        name = try text("name")
        // Glance before Ocata had `public` and `private` alone, but always said which.
        visibility = try text("visibility") ?? "private"
        isProtected = try flag("protected")
        isHidden = try flag("os_hidden")
        checksum = try text("checksum")
        osHashAlgorithm = try text("os_hash_algo")
        osHashValue = try text("os_hash_value")
        owner = try text("owner")
        size = try number("size")
        virtualSize = try number("virtual_size")
        containerFormat = try text("container_format")
        diskFormat = try text("disk_format")
        createdAt = try text("created_at").flatMap(Timestamp.date)
        updatedAt = try text("updated_at").flatMap(Timestamp.date)
        tags = (object["tags"]?.array ?? []).compactMap(\.string).sorted()
        minRAM = try number("min_ram") ?? 0
        minDisk = try number("min_disk") ?? 0
        stores = try text("stores").map { $0.split(separator: ",").map(String.init) }
        directURL = try text("direct_url")
        selfPath = try text("self")
        filePath = try text("file")
        schemaPath = try text("schema")
        var properties: [String: String] = [:]
        var others: [String: JSONValue] = [:]
        for (key, value) in object where !Self.baseKeys.contains(key) {
            if let text = value.string { properties[key] = text } else { others[key] = value }
        }
        self.properties = properties
        self.others = others
    }

    private static func malformed(_ what: String) -> OpenStackError {
        OpenStackError(.malformed, "Glance's answer is not an image: \(what)")
    }
}
