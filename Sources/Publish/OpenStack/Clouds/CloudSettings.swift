/// The settings of one cloud, its profile and its region laid into them, read key by key.
///
/// A key counts at the top level before the one under `auth`, as in openstacksdk (config/loader.py, _fix_backwards_auth: a
/// command line or the environment may have put it there); hyphens are underscores.
struct CloudSettings {
    let name: String
    private let top: [String: CloudNode]
    private let auth: [String: CloudNode]
    /// The file, or where it is from the environment.
    let place: String

    init(name: String, _ node: CloudNode) throws {
        self.name = name
        place = node.place
        guard let mapping = node.mapping else {
            throw OpenStackError(.configuration, "\(node.place): the cloud '\(name)' is not a mapping")
        }
        top = Self.normalized(mapping)
        if let node = top["auth"], !node.isNull {
            guard let mapping = node.mapping else {
                throw OpenStackError(.configuration, "\(node.place): 'auth' of the cloud '\(name)' is not a mapping")
            }
            auth = Self.normalized(mapping)
        } else {
            auth = [:]
        }
    }

    private static func normalized(_ mapping: [String: CloudNode]) -> [String: CloudNode] {
        Dictionary(mapping.map { ($0.replacing("-", with: "_"), $1) }) { first, _ in first }
    }

    /// A value at the top level.
    func node(_ key: String) -> CloudNode? {
        top[key].flatMap { $0.isNull ? nil : $0 }
    }

    /// A text at the top level.
    func text(_ keys: String...) throws -> String? {
        for key in keys {
            if let value = try text(top[key], key) { return value }
        }
        return nil
    }

    /// A text at the top level or under `auth`, by the first of its names that is there.
    func credential(_ keys: String...) throws -> String? {
        for key in keys {
            if let value = try text(top[key], key) ?? text(auth[key], key) { return value }
        }
        return nil
    }

    /// A truth value at the top level.
    func flag(_ key: String) throws -> Bool? {
        guard let value = try text(key) else { return nil }
        switch value.lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default: throw problem(key, "is neither true nor false: '\(value)'")
        }
    }

    /// Where a key stands, for messages.
    func place(_ key: String) -> String { (top[key] ?? auth[key])?.place ?? place }

    /// An error about a key.
    func problem(_ key: String, _ what: String, hint: String? = nil) -> OpenStackError {
        OpenStackError(.configuration, "\(place(key)): '\(key)' of the cloud '\(name)' \(what)", hint: hint)
    }

    /// An error about keys that are not there.
    func missing(_ what: String, hint: String? = nil) -> OpenStackError {
        OpenStackError(.configuration, "\(place): the cloud '\(name)' has no \(what)", hint: hint)
    }

    private func text(_ node: CloudNode?, _ key: String) throws -> String? {
        guard let node, !node.isNull else { return nil }
        guard let text = node.text else {
            throw OpenStackError(.configuration, "\(node.place): '\(key)' of the cloud '\(name)' is not a text")
        }
        // An empty one is as good as none: `OS_PROJECT_ID=`.
        return text.isEmpty ? nil : text
    }
}
