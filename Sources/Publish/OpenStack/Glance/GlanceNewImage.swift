/// What an image is created with; nil leaves a field to Glance.
public struct GlanceNewImage: Sendable, Hashable {
    /// The id, a UUID; nil for one that the client makes, so that a lost answer makes no second image.
    public var id: String?
    /// The name.
    public var name: String?
    /// `bare` as a rule; Glance takes no data without it.
    public var containerFormat: String?
    /// `qcow2`, `raw` and others; Glance takes no data without it.
    public var diskFormat: String?
    /// Who may see it; Glance makes it `shared` where nothing is said.
    public var visibility: String?
    /// Whether it refuses to be deleted.
    public var isProtected: Bool?
    /// Whether lists leave it out.
    public var isHidden: Bool?
    /// The project's id; for an administrator.
    public var owner: String?
    /// The least memory that it needs, in MiB.
    public var minRAM: Int?
    /// The smallest disk that it fits on, in GiB.
    public var minDisk: Int?
    /// Its tags.
    public var tags: [String] = []
    /// Its custom properties.
    public var properties: [String: String] = [:]

    /// An image of which nothing is said.
    public init(name: String? = nil, diskFormat: String? = nil, containerFormat: String? = "bare") {
        self.name = name
        self.diskFormat = diskFormat
        self.containerFormat = containerFormat
    }

    func json(id: String) -> JSONValue {
        var object = properties.mapValues { JSONValue.string($0) }
        object["id"] = .string(id)
        let texts = [
            ("name", name), ("container_format", containerFormat), ("disk_format", diskFormat),
            ("visibility", visibility),
            ("owner", owner),
        ]
        for case (let key, let value?) in texts { object[key] = .string(value) }
        if let isProtected { object["protected"] = .bool(isProtected) }
        if let isHidden { object["os_hidden"] = .bool(isHidden) }
        if let minRAM { object["min_ram"] = .integer(Int64(minRAM)) }
        if let minDisk { object["min_disk"] = .integer(Int64(minDisk)) }
        if !tags.isEmpty { object["tags"] = .array(tags.map { .string($0) }) }
        return .object(object)
    }
}
