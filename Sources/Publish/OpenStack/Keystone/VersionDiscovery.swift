import NIOHTTP1

/// Finds the versioned URL of a service.
///
/// A version document's own links are never followed, only its version ids are read: behind a proxy, or with a wrong
/// `public_endpoint`, they name a host that this machine cannot reach, http where https is needed, or a path without the proxy's
/// prefix. The version is put at the end of the URL that the catalogue or the configuration gives.
struct VersionDiscovery {
    let transport: CloudTransport
    let retry: RetryPolicy
    /// The service's name for messages, `Keystone`.
    let service: String
    /// The major version, `v3`.
    let version: String

    /// What was found out.
    struct Result: Sendable {
        let url: ServiceURL
        /// The versions that the service names, `v2.16`; empty where it was not asked, or did not say.
        let versions: [String]
        /// Why the version was assumed; nil where it was read.
        let doubt: String?
    }

    /// The URL with the version at its end.
    ///
    /// - Throws: `unsupported` where the service says that it has only others; `unreachable` and its like where it is not there.
    func find(_ text: String) async throws -> Result {
        guard let given = ServiceURL(text) else {
            throw OpenStackError(
                .noEndpoint,
                "\(service)'s URL in the catalogue is none of http or https: \(text.serverWords)"
            )
        }
        // Whoever gives a version wants that one, and the document at the root may not be reachable.
        if let found = given.version, found == version || found.hasPrefix("\(version).") {
            return Result(url: given.unversioned.appending("/\(version)"), versions: [], doubt: nil)
        }
        let base = given.unversioned
        let assumed = base.appending("/\(version)")
        let request = HTTPRequest(method: .GET, base: base, target: "/")
        var attempt = 1
        while true {
            do {
                let reply = try await transport.exchange(request, limit: 1 << 20)
                guard let versions = Self.versions(reply) else {
                    return Result(
                        url: assumed,
                        versions: [],
                        doubt:
                            "\(base.text) answers with HTTP \(reply.status) and no list of versions; \(assumed.text) is used"
                    )
                }
                guard versions.contains(where: { $0 == version || $0.hasPrefix("\(version).") }) else {
                    throw OpenStackError(
                        .unsupported,
                        "\(service) at \(base.text) does not speak \(version)",
                        cause: "it speaks \(versions.joined(separator: ", "))".serverWords
                    )
                }
                return Result(url: assumed, versions: versions, doubt: nil)
            } catch let error as OpenStackError where error.code == .redirected {
                return Result(url: assumed, versions: [], doubt: error.description)
            } catch let error as OpenStackError {
                guard let pause = retry.pause(after: attempt, error) else { throw error }
                try await Task.sleep(for: pause)
                attempt += 1
            }
        }
    }

    /// The ids in a version document: Keystone's `versions.values`, Glance's `versions`, or the `version` of a versioned URL.
    private static func versions(_ reply: HTTPReply) -> [String]? {
        guard reply.status == 200 || reply.status == 300, let json = reply.json else { return nil }
        let list = json["versions"]?["values"]?.array ?? json["versions"]?.array ?? json["version"].map { [$0] }
        guard let ids = list?.compactMap({ $0["id"]?.string }), !ids.isEmpty else { return nil }
        return ids
    }
}
