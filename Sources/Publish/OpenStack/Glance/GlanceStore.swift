/// A place where a Glance with several stores keeps data.
public struct GlanceStore: Sendable, Hashable {
    /// Its id, by which it is chosen.
    public let id: String
    /// The operator's words.
    public let description: String?
    /// Whether data goes there where nothing is said.
    public let isDefault: Bool
    /// Whether it takes no data.
    public let isReadOnly: Bool
    /// `file`, `rbd`, `swift`, `s3`, `cinder`, `http`; an administrator's Glance tells (stores/detail).
    public let type: String?
    /// Its weight when a store is chosen for reading.
    public let weight: Int64?
    /// Its settings, `pool` and `chunk_size` of an rbd one; an administrator's Glance tells.
    public let properties: [String: JSONValue]

    init(_ json: JSONValue) throws {
        guard let id = json["id"]?.string else {
            throw OpenStackError(.malformed, "Glance's answer has a store without an id")
        }
        // Glance writes these as texts, and a future one may not.
        func flag(_ key: String) -> Bool { json[key]?.bool ?? (json[key]?.string?.lowercased() == "true") }
        self.id = id
        description = json["description"]?.string
        isDefault = flag("default")
        isReadOnly = flag("read-only")
        type = json["type"]?.string
        weight = json["weight"]?.integer
        properties = json["properties"]?.object ?? [:]
    }
}
