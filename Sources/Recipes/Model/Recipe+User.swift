extension Recipe {
    /// An account of the installed system.
    public struct User: Sendable, Equatable {
        /// The account's name.
        public var name: String

        /// Its number; nil is the next free one.
        public var uid: Int?

        /// The full name.
        public var gecos: String?

        /// Groups beside its own.
        public var groups: [String]

        /// The login shell; nil is the distribution's default.
        public var shell: String?

        /// Public keys in the form of authorized_keys.
        public var sshKeys: [String]

        /// Whether it may run everything through sudo without a password.
        public var sudo: Bool

        /// The secret that is its password; nil for a locked one.
        public var password: SecretName?
    }
}
