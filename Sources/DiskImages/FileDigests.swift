/// The size of a file and the digests that a registry keeps of it.
public struct FileDigests: Sendable, Hashable, Codable {
    /// The size in bytes, holes included.
    public var size: Int64

    /// SHA-256, 64 lower-case hexadecimal digits.
    public var sha256: String

    /// SHA-512, 128 lower-case hexadecimal digits; Glance's `os_hash_value`.
    public var sha512: String

    /// MD5, 32 lower-case hexadecimal digits; Glance's `checksum`, of no use against an attacker.
    public var md5: String

    /// Creates a value from its parts.
    public init(size: Int64, sha256: String, sha512: String, md5: String) {
        self.size = size
        self.sha256 = sha256
        self.sha512 = sha512
        self.md5 = md5
    }
}
