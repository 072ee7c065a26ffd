/// What an image may hold of the things that let somebody in, because somebody said so.
public struct HygieneDeclaration: Sendable, Equatable {
    /// Accounts whose password is known to be set.
    public var passwords: Set<String>
    /// Public keys that may log in, each as a line of authorized_keys.
    public var authorizedKeys: Set<String>
    /// Patterns of paths of files in which private keys, public keys and password hashes are as they should be.
    public var files: [String]

    /// Nothing, unless said otherwise.
    public init(passwords: Set<String> = [], authorizedKeys: Set<String> = [], files: [String] = []) {
        self.passwords = passwords
        self.authorizedKeys = authorizedKeys
        self.files = files
    }

    /// The keys without options and comments.
    var keys: Set<String> {
        Set(authorizedKeys.compactMap { AuthorizedKey.key(in: Array($0.utf8)[...]) })
    }

    /// Whether the path is of a file in which such things are as they should be.
    public func allows(_ path: GuestPath) -> Bool {
        files.contains { pattern in path.withCString { $0.map(GuestGlob(pattern).matches) ?? false } }
    }
}
