extension Recipe {
    /// An account of the installed system; its password is always locked.
    public struct User: Sendable, Equatable {
        /// The account's name.
        public var name: String

        /// Groups beside its own.
        public var groups: [String]

        /// The login shell; nil is the distribution's default.
        public var shell: String?

        /// Public keys in the form of authorized_keys.
        public var sshKeys: [String]

        /// Whether it may run everything through sudo without a password.
        public var sudo: Bool
    }
}
