extension Recipe {
    /// What sysprep does beside its defaults.
    public struct Sysprep: Sendable, Equatable {
        /// Names of operations to run that are off by default.
        ///
        /// Well-formed; whether they exist is for sysprep to say.
        public var enable: [String]

        /// Names of operations not to run.
        public var disable: [String]

        /// Patterns of paths of files that may hold private keys, public keys or password hashes in the finished image.
        public var allow: [String]

        /// Whether the last file system of the disk is made as small as it can be, and the disk with it.
        public var shrink: Bool
    }
}
