/// What remains of a password of root.
public struct HashedRootPassword: Sendable, Equatable {
    /// The SHA-512 crypt hash, `$6$salt$...`; another one each time, since the salt is random.
    public let hash: String

    /// A keyed digest (HMAC-SHA256, hexadecimal) that changes with the password and not with the salt; `random` for a random one.
    public let fingerprint: String

    /// What must not be seen: the hash and, unless it is random, the password.
    public let texts: [String]

    /// What should be seen to, such as a password file that others can read.
    public let warnings: [String]
}
