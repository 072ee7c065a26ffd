import SystemPackage

/// Makes a cloud of its settings.
///
/// Source: openstacksdk, config/loader.py and cloud_region.py; osc-lib, cli/client_config.py for the default domain.
struct CloudReader {
    private static let supported =
        "password, v3applicationcredential, token, none, http_basic and admin_token are understood"

    let settings: CloudSettings
    let home: FilePath?
    private var warnings: [String] = []

    init(_ settings: CloudSettings, home: FilePath?) {
        (self.settings, self.home) = (settings, home)
    }

    /// Reads everything.
    ///
    /// - Parameter region: the one that was chosen; nil for the settings' own.
    mutating func cloud(region: String?) throws -> Cloud {
        for (service, version) in [("identity", "3"), ("image", "2")] {
            let key = "\(service)_api_version"
            guard let value = try settings.text(key) else { continue }
            guard value.split(separator: ".").first.map(String.init)?.drop(while: { $0 == "v" }) == Substring(version)
            else {
                throw settings.problem(key, "is '\(value)'", hint: "imagebake speaks version \(version) alone")
            }
        }
        var cloud = Cloud(name: settings.name, try authentication())
        cloud.region = try settings.text("image_region_name") ?? region
        cloud.interface = try interface()
        cloud.imageEndpointOverride = try url("image_endpoint_override", settings.text("image_endpoint_override"))
        cloud.trust = try trust(cloud.authentication)
        if let text = try settings.text("api_timeout", "timeout") {
            guard let seconds = Double(text), seconds > 0, seconds < 1e6 else {
                throw settings.problem("api_timeout", "is no number of seconds: '\(text)'")
            }
            cloud.apiTimeout = .milliseconds(Int64(seconds * 1000))
        }
        cloud.imageFormat = try settings.text("image_format")
        cloud.warnings = warnings
        cloud.origin = settings.place
        return cloud
    }

    // MARK: Logging in

    private func authentication() throws -> CloudAuthentication {
        let given = try settings.text("auth_type", "auth_plugin")
        let type = try given ?? inferredType()
        switch type.lowercased() {
        case "password", "v3password":
            return .password(url: try authURL(), try user(), try required("password", "password"), try scope())
        case "v3applicationcredential":
            let secret = try required("application credential's secret", "application_credential_secret")
            if let id = try settings.credential("application_credential_id") {
                return .applicationCredential(url: try authURL(), id: id, secret: secret)
            }
            guard let name = try settings.credential("application_credential_name") else {
                throw settings.missing("'application_credential_id'")
            }
            return .namedApplicationCredential(url: try authURL(), name: name, try user(), secret: secret)
        case "token", "v3token":
            return .token(url: try authURL(), try required("token", "token", "auth_token"), try scope())
        case "none", "noauth": return .none(endpoint: try endpoint())
        case "http_basic":
            guard let username = try settings.credential("username", "user_name") else {
                throw settings.missing("'username'")
            }
            return .httpBasic(endpoint: try endpoint(), username: username, try required("password", "password"))
        case "admin_token", "token_endpoint":
            return .adminToken(endpoint: try endpoint(), try required("token", "token", "auth_token"))
        default:
            throw OpenStackError(
                .unsupported,
                "\(settings.place("auth_type")): 'auth_type' of the cloud '\(settings.name)' is '\(type)'",
                hint: Self.supported
            )
        }
    }

    /// The type where none is given: what there is says it, as with keystoneauth's generic plugins.
    private func inferredType() throws -> String {
        if try settings.credential("password") != nil { return "password" }
        if try settings.credential("application_credential_secret") != nil { return "v3applicationcredential" }
        if try settings.credential("token", "auth_token") != nil {
            return try settings.credential("auth_url") == nil ? "admin_token" : "token"
        }
        return "password"
    }

    private func required(_ what: String, _ first: String, _ second: String? = nil) throws -> Secret {
        let value = try settings.credential(first) ?? second.flatMap { try settings.credential($0) }
        guard let value else {
            throw settings.missing(
                what,
                hint: "write it as '\(first)' under 'auth', best in secure.yaml, or set OS_\(first.uppercased())"
            )
        }
        return Secret(value)
    }

    private func authURL() throws -> String {
        guard let url = try url("auth_url", settings.credential("auth_url")) else {
            var hint = "write Keystone's URL as 'auth_url' under 'auth'"
            if let profile = try settings.text("profile", "cloud") {
                hint += "; no clouds-public.yaml describes the profile '\(profile)'"
            }
            throw settings.missing("'auth_url'", hint: hint)
        }
        return url
    }

    private func endpoint() throws -> String {
        let override = try url("image_endpoint_override", settings.text("image_endpoint_override"))
        guard let url = try override ?? url("endpoint", settings.credential("endpoint", "url")) else {
            throw settings.missing("'endpoint'", hint: "write Glance's URL as 'endpoint' under 'auth'")
        }
        return url
    }

    private func url(_ key: String, _ text: String?) throws -> String? {
        guard let text else { return nil }
        // The text is not shown: people write passwords into URLs.
        guard ServiceURL(text) != nil else {
            throw settings.problem(key, "is not a URL of http or https without a user in it")
        }
        return text
    }

    private func domain(_ prefix: String) throws -> CloudDomain? {
        if let id = try settings.credential("\(prefix)domain_id") { return .id(id) }
        return try settings.credential("\(prefix)domain_name").map { .name($0) }
    }

    /// The domain of a name: its own, the one for all, or the cloud's default, as the openstack client has it.
    private func domain(of kind: String) throws -> CloudDomain {
        try domain("\(kind)_") ?? domain("")
            ?? .id(settings.credential("default_domain_id", "default_domain") ?? "default")
    }

    private func user() throws -> CloudUser {
        if let id = try settings.credential("user_id") { return .id(id) }
        guard let name = try settings.credential("username", "user_name", "user") else {
            throw settings.missing("'username'", hint: "write it under 'auth', or set OS_USERNAME")
        }
        return .name(name, try domain(of: "user"))
    }

    private func scope() throws -> CloudScope {
        if let id = try settings.credential("trust_id") { return .trust(id) }
        if let system = try settings.credential("system_scope") {
            guard system == "all" else {
                throw settings.problem("system_scope", "is '\(system)', and can only be 'all'")
            }
            return .system
        }
        if let id = try settings.credential("project_id", "tenant_id") { return .projectID(id) }
        if let name = try settings.credential("project_name", "tenant_name") {
            return .projectName(name, try domain(of: "project"))
        }
        return try domain("").map { .domain($0) } ?? .unspecified
    }

    // MARK: Reaching it

    private func interface() throws -> String {
        let keys = ["image_interface", "image_endpoint_type", "interface", "endpoint_type"]
        for key in keys {
            guard let node = settings.node(key) else { continue }
            // A list is an order of preference; the first one is what is meant.
            let text = node.list?.first?.text ?? node.text ?? ""
            var name = text.split(separator: ",").first.map(String.init) ?? ""
            if name.hasSuffix("URL") { name.removeLast(3) }
            guard ["public", "internal", "admin"].contains(name) else {
                throw settings.problem(key, "is '\(text)'", hint: "there are public, internal and admin")
            }
            return name
        }
        return "public"
    }

    private mutating func trust(_ authentication: CloudAuthentication) throws -> CloudTrust {
        var trust = CloudTrust()
        trust.authorities = try path("cacert")
        trust.certificate = try path("cert")
        trust.key = try path("key")
        if trust.key != nil, trust.certificate == nil {
            throw settings.problem("key", "is there without 'cert'")
        }
        let isInsecure = try settings.flag("insecure") ?? false
        // openstacksdk's `verify` may also be the path of authorities, which requests takes there.
        var isVerifying = true
        if let text = try settings.text("verify") {
            if text.contains("/") {
                trust.authorities = trust.authorities ?? resolved(text)
            } else {
                isVerifying = try settings.flag("verify") ?? true
            }
        }
        trust.isVerifying = isVerifying && !isInsecure
        if !trust.isVerifying {
            let key = isInsecure ? "insecure" : "verify"
            var text =
                "the certificates of the cloud '\(settings.name)' are NOT checked (\(settings.place(key)): '\(key)'): "
                + "anybody on the way can read the password and change the images"
            if trust.authorities != nil { text += "; 'cacert' is there and does not count" }
            warnings.append(text)
        }
        for url in [authentication.identityURL, authentication.endpoint].compactMap(\.self) {
            guard let url = ServiceURL(url), !url.isSecure, !["localhost", "::1"].contains(url.host),
                !url.host.hasPrefix("127.")
            else { continue }
            warnings.append(
                "the cloud '\(settings.name)' is reached by plain http (\(url.text)): anybody on the way can read the password"
            )
        }
        return trust
    }

    private func path(_ key: String) throws -> FilePath? { try settings.text(key).map(resolved) }

    private func resolved(_ text: String) -> FilePath {
        guard let home, text == "~" || text.hasPrefix("~/") else { return FilePath(text) }
        return home.pushing(FilePath(String(text.dropFirst(2))))
    }
}
