public import SystemPackage

extension Recipe {
    /// A complete kickstart of the user's own, used as it is save for its placeholders.
    ///
    /// A placeholder is a word of its own, without quotes; it is quoted for where it stands, kickstart's commands or a script:
    /// `@{stamp}` is what the last `%post` must write to /etc/imagebake-stamp, `@{location}` the install tree as the guest sees it,
    /// `@{root_password_hash}` the hash of root's password, `@{secret:NAME}` a secret. Other texts of this form stay what they are.
    public struct OwnKickstart: Sendable, Equatable {
        /// The file, as an absolute path.
        public var path: FilePath

        /// Its text.
        public var text: String
    }
}
