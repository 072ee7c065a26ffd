/// What a token is for.
///
/// Source: keystoneauth, identity/v3/base.py.
public enum CloudScope: Sendable, Hashable {
    /// The user's default project, if there is one.
    case unspecified
    /// A project by its id.
    case projectID(String)
    /// A project by its name in a domain.
    case projectName(String, CloudDomain)
    /// A domain.
    case domain(CloudDomain)
    /// The whole cloud.
    case system
    /// What a trust grants.
    case trust(String)

    /// The value of `auth.scope`; nil where the request has none.
    var json: JSONValue? {
        switch self {
        case .unspecified: nil
        case .projectID(let id): ["project": ["id": .string(id)]]
        case .projectName(let name, let domain): ["project": ["name": .string(name), "domain": domain.json]]
        case .domain(let domain): ["domain": domain.json]
        case .system: ["system": ["all": true]]
        case .trust(let id): ["OS-TRUST:trust": ["id": .string(id)]]
        }
    }
}
