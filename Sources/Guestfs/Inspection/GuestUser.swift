/// A user.
public struct GuestUser: Sendable, Codable, Equatable {
    /// What a password lets in.
    public enum Password: String, Sendable, Codable {
        /// A password is set.
        case set
        /// None lets in.
        case locked
        /// None is needed.
        case empty
    }

    /// The name.
    public let name: String
    /// The number.
    public let uid: Int
    /// The number of the first group.
    public let gid: Int
    /// The home directory.
    public let home: String
    /// The shell.
    public let shell: String
    /// What a password lets in; its hash is never shown.
    public let password: Password
    /// How many SSH keys let in, by the `authorized_keys` of the home directory.
    public let authorizedKeys: Int
}
