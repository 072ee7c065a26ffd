public import SystemPackage

extension Recipe {
    /// What an install tree must be, whoever serves it.
    public struct Pin: Sendable, Equatable {
        /// The SHA-256 digest of a tree's `.treeinfo`, 64 lower-case hexadecimal digits.
        public var treeinfo: String?

        /// The SHA-256 digest of a medium, 64 lower-case hexadecimal digits.
        public var checksum: String?

        /// The CHECKSUM file that names the medium, clearsigned or plain, an absolute path.
        public var checksumFile: FilePath?

        /// The detached signature of that file, an absolute path; nil where it is clearsigned.
        public var signature: FilePath?

        /// The OpenPGP key that has signed the CHECKSUM file of a medium, an absolute path.
        public var gpgKey: FilePath?
    }
}
