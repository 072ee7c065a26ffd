/// How a cloud is logged in to.
public enum CloudAuthentication: Sendable, Hashable {
    /// Keystone with a user's password; `password`, `v3password`.
    case password(url: String, CloudUser, Secret, CloudScope)
    /// Keystone with an application credential by its id, which has a project of its own; `v3applicationcredential`.
    case applicationCredential(url: String, id: String, secret: Secret)
    /// Keystone with an application credential by its name and user.
    case namedApplicationCredential(url: String, name: String, CloudUser, secret: Secret)
    /// Keystone with another token; `token`, `v3token`.
    case token(url: String, Secret, CloudScope)
    /// A Glance without Keystone that asks nothing; `none`.
    case none(endpoint: String)
    /// A Glance without Keystone that wants a user and a password; `http_basic`.
    case httpBasic(endpoint: String, username: String, Secret)
    /// A Glance with a token that was made elsewhere; `admin_token`.
    case adminToken(endpoint: String, Secret)

    /// Keystone's URL; nil where there is none.
    public var identityURL: String? {
        switch self {
        case .password(let url, _, _, _), .applicationCredential(let url, _, _),
            .namedApplicationCredential(let url, _, _, _), .token(let url, _, _):
            url
        case .none, .httpBasic, .adminToken: nil
        }
    }

    /// Glance's URL where there is no Keystone that knows it.
    public var endpoint: String? {
        switch self {
        case .none(let endpoint), .httpBasic(let endpoint, _, _), .adminToken(let endpoint, _): endpoint
        default: nil
        }
    }

    /// The body of a token request; nil where there is no Keystone.
    ///
    /// Source: keystoneauth, identity/v3/. An application credential must not come with a scope.
    var tokenRequest: JSONValue? {
        let method: String
        var detail: [String: JSONValue]
        var scope = CloudScope.unspecified
        switch self {
        case .password(_, let user, let password, let wanted):
            method = "password"
            detail = ["user": .object(user.json.merging(["password": .string(password.value)]) { $1 })]
            scope = wanted
        case .applicationCredential(_, let id, let secret):
            method = "application_credential"
            detail = ["id": .string(id), "secret": .string(secret.value)]
        case .namedApplicationCredential(_, let name, let user, let secret):
            method = "application_credential"
            detail = ["name": .string(name), "user": .object(user.json), "secret": .string(secret.value)]
        case .token(_, let token, let wanted):
            method = "token"
            detail = ["id": .string(token.value)]
            scope = wanted
        case .none, .httpBasic, .adminToken: return nil
        }
        var auth: [String: JSONValue] = ["identity": .object(["methods": [.string(method)], method: .object(detail)])]
        if let scope = scope.json { auth["scope"] = scope }
        return ["auth": .object(auth)]
    }
}
