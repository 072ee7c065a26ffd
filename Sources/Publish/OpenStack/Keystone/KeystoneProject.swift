/// A project of Keystone, with which images are shared.
public struct KeystoneProject: Sendable, Hashable {
    /// Its id, which Glance knows it by.
    public let id: String
    /// Its name; nil where Keystone did not let this user ask.
    public let name: String?
    /// Its domain's id.
    public let domainID: String?
    /// Whether Keystone has confirmed that it exists; otherwise what the user wrote is taken for an id.
    public let isConfirmed: Bool

    init(_ json: JSONValue) throws {
        guard let id = json["id"]?.string else {
            throw OpenStackError(.malformed, "Keystone's answer has a project without an id")
        }
        self.id = id
        name = json["name"]?.string
        domainID = json["domain_id"]?.string
        isConfirmed = true
    }

    init(unconfirmed id: String) {
        self.id = id
        name = nil
        domainID = nil
        isConfirmed = false
    }

    /// The project of a token, which says it itself.
    init(own id: String, name: String?) {
        self.id = id
        self.name = name
        domainID = nil
        isConfirmed = true
    }
}
