/// What the rendered files need to know beside the recipe: it differs from bake to bake.
public struct RenderValues: Sendable, Equatable {
    /// The SHA-512 crypt hash of root's password.
    public var rootPasswordHash: String

    /// The install tree as the guest sees it: an http or https URL, or `cdrom` for an attached medium.
    public var location: String

    /// The label of an attached medium's file system, by which Anaconda's first stage finds the second one; nil searches all media.
    ///
    /// As udev writes it: `Rocky\x209` is "Rocky 9".
    public var mediumLabel: String?

    /// The root file system that an installer for Debian unpacks; needed there and only there.
    public var payload: Payload?

    /// The bake's id, which the installed system proves itself with.
    public var bakeID: String

    /// A word that nobody can guess, new in each install: only who ran this kickstart can say it.
    public var nonce: String

    /// The values of the secrets that the recipe names, one line each.
    public var secrets: [String: String]

    /// Hashes of secrets that are passwords, where they are not to be made from the secrets.
    var passwordHashes: [String: String] = [:]

    /// Makes values.
    public init(
        rootPasswordHash: String,
        location: String,
        mediumLabel: String? = nil,
        payload: Payload? = nil,
        bakeID: String,
        nonce: String,
        secrets: [String: String] = [:]
    ) {
        self.rootPasswordHash = rootPasswordHash
        self.location = location
        self.mediumLabel = mediumLabel
        self.payload = payload
        self.bakeID = bakeID
        self.nonce = nonce
        self.secrets = secrets
    }
}

extension RenderValues {
    /// A root file system to unpack.
    public struct Payload: Sendable, Equatable {
        /// Its URL as the guest sees it: http, or file for an attached medium.
        public var url: String

        /// Its SHA-256 digest, 64 hexadecimal digits.
        public var checksum: String

        /// Makes a payload.
        public init(url: String, checksum: String) {
            self.url = url
            self.checksum = checksum
        }
    }
}
