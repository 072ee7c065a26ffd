/// A domain of Keystone, by its id or its name.
public enum CloudDomain: Sendable, Hashable {
    /// By its id, `default`.
    case id(String)
    /// By its name, `Default`.
    case name(String)

    var json: JSONValue {
        switch self {
        case .id(let id): ["id": .string(id)]
        case .name(let name): ["name": .string(name)]
        }
    }
}
