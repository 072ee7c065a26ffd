extension Recipe {
    /// A way to hash passwords, in authconfig's words.
    public enum PasswordHashing: String, CaseIterable, Sendable {
        /// SHA-512 crypt.
        case sha512
    }
}
