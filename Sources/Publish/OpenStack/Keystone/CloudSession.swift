public import Foundation
import NIOHTTP1

/// A log-in to one cloud: its token, kept fresh, its catalogue and its connections.
///
/// To be closed with ``close()`` when it is no longer needed.
public final class CloudSession: Sendable {
    /// The cloud.
    public let cloud: Cloud
    let transport: CloudTransport
    let retry: RetryPolicy
    private let keeper: TokenKeeper?
    private let identity: Once<ServiceURL>
    private let image: Once<VersionDiscovery.Result>

    /// Prepares a log-in; nothing is sent before it is needed.
    ///
    /// - Throws: `configuration` where a certificate cannot be read.
    public convenience init(
        _ cloud: Cloud,
        timeouts: CloudTimeouts = CloudTimeouts(),
        retry: RetryPolicy = RetryPolicy(),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        try self.init(cloud, timeouts, retry, environment) { .now }
    }

    /// - Parameter now: the clock that tokens end by.
    init(
        _ cloud: Cloud,
        _ timeouts: CloudTimeouts,
        _ retry: RetryPolicy,
        _ environment: [String: String],
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws {
        var timeouts = timeouts
        if let own = cloud.apiTimeout { timeouts.answer = own }
        self.cloud = cloud
        self.retry = retry
        let transport = try CloudTransport(cloud.trust, timeouts: timeouts, environment: environment)
        self.transport = transport
        let identity = Once<ServiceURL> {
            guard let url = cloud.authentication.identityURL else {
                throw OpenStackError(.unsupported, "the cloud '\(cloud.name)' has no Keystone")
            }
            let discovery = VersionDiscovery(transport: transport, retry: retry, service: "Keystone", version: "v3")
            return try await discovery.find(url).url
        }
        self.identity = identity
        let keeper = cloud.authentication.tokenRequest.map { body in
            TokenKeeper(now: now) {
                try await Self.authenticate(cloud, body, identity, transport, retry)
            }
        }
        self.keeper = keeper
        image = Once {
            let url: String
            if let override = cloud.imageEndpointOverride ?? cloud.authentication.endpoint {
                url = override
            } else if let keeper {
                url = try await keeper.current().catalog.imageURL(
                    interface: cloud.interface,
                    region: cloud.region,
                    cloud: cloud.name
                )
            } else {
                throw OpenStackError(.noEndpoint, "the cloud '\(cloud.name)' has no URL of Glance")
            }
            return try await VersionDiscovery(transport: transport, retry: retry, service: "Glance", version: "v2")
                .find(url)
        }
    }

    /// Closes all connections; must be called once.
    public func close() async { await transport.shutdown() }

    /// The token, with two minutes left at least where the cloud gives such; nil for a cloud without Keystone.
    public func token() async throws -> KeystoneToken? { try await keeper?.current() }

    /// Glance's URL, `https://cloud.example/image/v2`.
    public func imageURL() async throws -> String { try await image.value().url.text }

    /// The versions of its API that Glance names, `v2.16`; empty where the URL had one at its end already.
    public func imageVersions() async throws -> [String] { try await image.value().versions }

    func imageBase() async throws -> ServiceURL { try await image.value().url }

    /// The header that a request is let in with; none for a cloud that asks nothing.
    func credentials() async throws -> HTTPHeaders {
        if let keeper { return ["x-auth-token": try await keeper.current().value.value] }
        switch cloud.authentication {
        case .adminToken(_, let token): return ["x-auth-token": token.value]
        case .httpBasic(_, let user, let password):
            let pair = Data("\(user):\(password.value)".utf8).base64EncodedString()
            return ["authorization": "Basic \(pair)"]
        default: return [:]
        }
    }

    /// Other credentials than those that were refused; nil where there can be none.
    func renewedCredentials(after refused: HTTPHeaders) async throws -> HTTPHeaders? {
        guard let keeper, let token = refused.first(name: "x-auth-token") else { return nil }
        return ["x-auth-token": try await keeper.replacement(for: Secret(token)).value.value]
    }

    private static func authenticate(
        _ cloud: Cloud,
        _ body: JSONValue,
        _ identity: Once<ServiceURL>,
        _ transport: CloudTransport,
        _ retry: RetryPolicy
    ) async throws -> KeystoneToken {
        let base = try await identity.value()
        var request = HTTPRequest(method: .POST, base: base, target: "/auth/tokens")
        request.headers = ["content-type": "application/json"]
        request.body = .bytes(body.json)
        var attempt = 1
        while true {
            do {
                let reply = try await transport.exchange(request)
                guard reply.isSuccess else {
                    throw OpenStackError(reply, "cannot log in to the cloud '\(cloud.name)'", "Keystone", request)
                }
                guard let token = reply.headers.first(name: "x-subject-token"), !token.isEmpty, let json = reply.json
                else {
                    let isPage = reply.isWebPage
                    throw OpenStackError(
                        isPage ? .webPage : .malformed,
                        "what answers at \(base.text) is not Keystone",
                        cause: isPage ? "a web page: '\(ServerWords(reply).text)'" : "the answer has no token",
                        hint: "check 'auth_url' of the cloud '\(cloud.name)'"
                    )
                }
                return try KeystoneToken(Secret(token), json, received: .now)
            } catch let error as OpenStackError {
                // A token that nobody gets does no harm: the request can be sent again whatever became of it.
                guard let pause = retry.pause(after: attempt, error) else { throw error }
                try await Task.sleep(for: pause)
                attempt += 1
            }
        }
    }
}

extension CloudSession {
    /// A project by its id or name.
    ///
    /// Keystone lets few users look at others' projects. Where it does not, a text that has an id's form is taken for one, as the
    /// openstack client does, and ``KeystoneProject/isConfirmed`` is false.
    ///
    /// - Parameter domain: where the name is looked for, by id or name; nil for all domains.
    /// - Throws: `notFound`, `ambiguous`, `forbidden` where it is a name and Keystone does not tell.
    public func project(_ reference: String, in domain: String? = nil) async throws -> KeystoneProject {
        guard keeper != nil else { return KeystoneProject(unconfirmed: reference) }
        if let own = try await token(), own.projectID == reference {
            return KeystoneProject(own: reference, name: own.projectName)
        }
        let direct = try await ask("/projects/\(reference.percentEncoded)")
        if direct.reply.isSuccess, let json = direct.reply.json?["project"] { return try KeystoneProject(json) }
        guard [403, 404].contains(direct.reply.status) else { throw direct.error }
        var domainID: String?
        if let domain { domainID = try await self.domainID(domain) }
        var target = "/projects?name=\(reference.percentEncoded)"
        if let domainID { target += "&domain_id=\(domainID.percentEncoded)" }
        var listed = try await ask(target)
        var isOwnList = false
        if listed.reply.status == 403 {
            // Those at least in which this user has a role.
            listed = try await ask("/auth/projects")
            isOwnList = true
        }
        guard listed.reply.isSuccess else { throw listed.error }
        let found = try (listed.reply.json?["projects"]?.array ?? []).map { try KeystoneProject($0) }.filter {
            $0.name == reference && (domainID == nil || $0.domainID == domainID)
        }
        if found.count > 1 {
            throw OpenStackError(
                .ambiguous,
                "\(found.count) projects are called '\(reference)': \(found.map(\.id).joined(separator: ", "))",
                hint: "give an id, or the domain"
            )
        }
        if let project = found.first { return project }
        if isOwnList || direct.reply.status == 403 {
            if Self.isID(reference) { return KeystoneProject(unconfirmed: reference) }
            throw OpenStackError(
                .forbidden,
                "Keystone of the cloud '\(cloud.name)' does not tell this user about the project '\(reference)'",
                hint: "give the project's id, which its users see with 'openstack project show'",
                status: 403
            )
        }
        throw OpenStackError(.notFound, "the cloud '\(cloud.name)' has no project '\(reference)'", status: 404)
    }

    /// Keystone's ids are 32 hexadecimal digits, with hyphens or without.
    private static func isID(_ text: String) -> Bool {
        let digits = text.replacing("-", with: "")
        return digits.count == 32 && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    private func domainID(_ reference: String) async throws -> String {
        let direct = try await ask("/domains/\(reference.percentEncoded)")
        if direct.reply.isSuccess, let id = direct.reply.json?["domain"]?["id"]?.string { return id }
        let listed = try await ask("/domains?name=\(reference.percentEncoded)")
        if listed.reply.isSuccess, let id = listed.reply.json?["domains"]?.array?.first?["id"]?.string { return id }
        // Where Keystone does not tell, the text is an id, or the project is not found with it.
        if listed.reply.status == 403 { return reference }
        throw OpenStackError(.notFound, "the cloud '\(cloud.name)' has no domain '\(reference)'", status: 404)
    }

    private func ask(_ target: String) async throws -> (reply: HTTPReply, error: OpenStackError) {
        var request = HTTPRequest(method: .GET, base: try await identity.value(), target: target)
        var attempt = 1
        var isRenewed = false
        var credentials = try await credentials()
        while true {
            request.headers = credentials
            do {
                let reply = try await transport.exchange(request)
                if reply.status == 401, !isRenewed, let others = try await renewedCredentials(after: credentials) {
                    credentials = others
                    isRenewed = true
                    continue
                }
                let error = OpenStackError(
                    reply,
                    "cannot look at projects of the cloud '\(cloud.name)'",
                    "Keystone",
                    request
                )
                if reply.isSuccess || !error.isTemporary { return (reply, error) }
                throw error
            } catch let error as OpenStackError {
                guard let pause = retry.pause(after: attempt, error) else { throw error }
                try await Task.sleep(for: pause)
                attempt += 1
            }
        }
    }
}
