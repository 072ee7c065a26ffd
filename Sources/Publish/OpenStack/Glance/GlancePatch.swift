/// Changes of an image, made in order and all or none.
///
/// Source: glance-specs, api/v2/http-patch-image-api-v2; the media type is v2.1's.
public struct GlancePatch: Sendable, Hashable {
    /// One change.
    public enum Operation: Sendable, Hashable {
        /// Sets a key, whether it is there or not.
        case add(String, JSONValue)
        /// Sets a key that is there; of a custom property that is not Glance makes a 409.
        case replace(String, JSONValue)
        /// Takes a custom property away; of one that is not there Glance makes a 409, of a base field a 403.
        case remove(String)
    }

    static let mediaType = "application/openstack-images-v2.1-json-patch"

    /// The changes.
    public private(set) var operations: [Operation] = []

    /// No change.
    public init() {}

    /// Whether there is nothing to do.
    public var isEmpty: Bool { operations.isEmpty }

    /// Sets a key, whether it is there or not: `name`, `visibility`, `protected`, `os_hidden`, `min_disk` or a property.
    public mutating func add(_ key: String, _ value: JSONValue) { operations.append(.add(key, value)) }

    /// Sets a key that is there.
    public mutating func replace(_ key: String, _ value: JSONValue) { operations.append(.replace(key, value)) }

    /// Takes a custom property away.
    public mutating func remove(_ key: String) { operations.append(.remove(key)) }

    /// Replaces all tags.
    public mutating func setTags(_ tags: [String]) { replace("tags", .array(tags.map { .string($0) })) }

    /// A key as JSON Pointer (RFC 6901, 3 and 4): `~` is `~0` and `/` is `~1`, in this order.
    static func pointer(_ key: String) -> String {
        "/" + key.replacing("~", with: "~0").replacing("/", with: "~1")
    }

    var json: JSONValue {
        .array(
            operations.map { operation in
                switch operation {
                case .add(let key, let value): ["op": "add", "path": .string(Self.pointer(key)), "value": value]
                case .replace(let key, let value):
                    ["op": "replace", "path": .string(Self.pointer(key)), "value": value]
                case .remove(let key): ["op": "remove", "path": .string(Self.pointer(key))]
                }
            }
        )
    }

    /// Whether an image is as this would make it: then an attempt whose answer was lost has been made.
    ///
    /// Of base fields those are compared that a patch can change.
    func isDone(in image: GlanceImage) -> Bool {
        var wanted: [String: JSONValue?] = [:]
        for operation in operations {
            switch operation {
            case .add(let key, let value), .replace(let key, let value): wanted[key] = .some(value)
            case .remove(let key): wanted[key] = .some(nil)
            }
        }
        return wanted.allSatisfy { key, value in
            let actual: JSONValue? =
                switch key {
                case "name": image.name.map { .string($0) } ?? .null
                case "visibility": .string(image.visibility)
                case "protected": .bool(image.isProtected)
                case "os_hidden": .bool(image.isHidden)
                case "owner": image.owner.map { .string($0) } ?? .null
                case "min_ram": .integer(image.minRAM)
                case "min_disk": .integer(image.minDisk)
                case "disk_format": image.diskFormat.map { .string($0) } ?? .null
                case "container_format": image.containerFormat.map { .string($0) } ?? .null
                case "tags": .array(image.tags.sorted().map { .string($0) })
                default: image.properties[key].map { .string($0) } ?? image.others[key]
                }
            if key == "tags", case .some(.array(let list)) = value {
                return actual == .array(Set(list.compactMap(\.string)).sorted().map { .string($0) })
            }
            return actual == value
        }
    }
}
