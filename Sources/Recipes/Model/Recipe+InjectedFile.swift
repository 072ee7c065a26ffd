extension Recipe {
    /// A file of the recipe's that the installer finds in its own environment.
    public struct InjectedFile: Sendable, Equatable {
        /// Its path there, absolute.
        public var path: String

        /// Its permission bits.
        public var mode: UInt16

        /// What is in it, read when the recipe was; at most 16 MiB.
        public var contents: [UInt8]
    }
}
