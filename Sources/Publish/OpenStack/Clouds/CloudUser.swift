/// A user of Keystone.
public enum CloudUser: Sendable, Hashable {
    /// By the id, which needs no domain.
    case id(String)
    /// By the name in a domain.
    case name(String, CloudDomain)

    var json: [String: JSONValue] {
        switch self {
        case .id(let id): ["id": .string(id)]
        case .name(let name, let domain): ["name": .string(name), "domain": domain.json]
        }
    }
}
