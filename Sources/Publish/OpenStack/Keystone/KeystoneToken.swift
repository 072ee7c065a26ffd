import Foundation

/// A token of Keystone v3 and what it says.
public struct KeystoneToken: Sendable {
    /// The token itself, which is a secret.
    public let value: Secret
    /// When it ends by this machine's clock that runs while it sleeps; nil for one that does not end.
    ///
    /// Counted from when it came and not from its own times: the clocks of cloud and client differ.
    public let ends: ContinuousClock.Instant?
    /// The user's id.
    public let userID: String?
    /// The project's id, for a token that is for a project.
    public let projectID: String?
    /// The project's name.
    public let projectName: String?
    /// The names of the user's roles there.
    public let roles: [String]
    /// The services of the cloud.
    public let catalog: ServiceCatalog

    /// Reads the answer to a token request.
    init(_ value: Secret, _ body: JSONValue, received: ContinuousClock.Instant) throws {
        guard let token = body["token"] else {
            throw OpenStackError(.malformed, "Keystone's answer has no token in it")
        }
        self.value = value
        userID = token["user"]?["id"]?.string
        projectID = token["project"]?["id"]?.string
        projectName = token["project"]?["name"]?.string
        roles = (token["roles"]?.array ?? []).compactMap { $0["name"]?.string }.sorted()
        catalog = ServiceCatalog(token["catalog"])
        if let text = token["expires_at"]?.string, let end = Self.date(text) {
            let start = token["issued_at"]?.string.flatMap(Self.date) ?? Date()
            ends = received + .seconds(max(0, end.timeIntervalSince(start)))
        } else {
            ends = nil
        }
    }

    /// Reads `2026-11-29T17:49:30.000000Z`, with or without the fraction.
    private static func date(_ text: String) -> Date? {
        let whole = text.firstIndex(of: ".").map { String(text[..<$0]) + "Z" } ?? text
        return Timestamp.date(whole)
    }

    /// Whether it has so little time left that another one is to be asked for first.
    ///
    /// Source: keystoneauth, identity/base.py, MIN_TOKEN_LIFE_SECONDS.
    func isEnding(at now: ContinuousClock.Instant) -> Bool {
        ends.map { $0 - now < .seconds(120) } ?? false
    }
}
