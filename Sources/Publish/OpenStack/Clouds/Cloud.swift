/// One cloud in one region: how it is logged in to, and how it is reached.
public struct Cloud: Sendable, Hashable {
    /// Its name in clouds.yaml; `envvars` for the one that OS_* variables make.
    public var name: String
    /// How it is logged in to.
    public var authentication: CloudAuthentication
    /// The region whose Glance is used; nil where the catalogue's only one will do.
    public var region: String?
    /// Which endpoint: `public`, `internal` or `admin`.
    public var interface: String
    /// Glance's URL where the catalogue's is not to be used.
    public var imageEndpointOverride: String?
    /// Whom its servers are vouched for by.
    public var trust: CloudTrust
    /// How long a small answer is waited for; nil for the default.
    public var apiTimeout: Duration?
    /// The disk format that the cloud wants, `raw` or `qcow2`; nil where nothing is said.
    public var imageFormat: String?
    /// What the user must be told, whole sentences: that certificates are not checked, and the like.
    public var warnings: [String]
    /// Where it is described; the files, or the environment.
    public var origin: String

    /// Creates a cloud that is described nowhere.
    public init(name: String, _ authentication: CloudAuthentication) {
        self.name = name
        self.authentication = authentication
        region = nil
        interface = "public"
        imageEndpointOverride = nil
        trust = CloudTrust()
        apiTimeout = nil
        imageFormat = nil
        warnings = []
        origin = name
    }
}
