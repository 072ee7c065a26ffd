public import SystemPackage

extension Recipe {
    /// What an install tree must be, whoever serves it.
    public struct Pin: Sendable, Equatable {
        /// The SHA-256 digest of a tree's `.treeinfo`, 64 lower-case hexadecimal digits.
        public var treeinfo: String?

        /// The SHA-256 digest of a medium, 64 lower-case hexadecimal digits.
        public var checksum: String?

        /// The OpenPGP key that has signed the checksums of a medium, an absolute path.
        public var gpgKey: FilePath?
    }
}
