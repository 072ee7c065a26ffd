extension Recipe {
    /// What sysprep does beside its defaults.
    public struct Sysprep: Sendable, Equatable {
        /// Names of operations to run that are off by default.
        ///
        /// Well-formed; whether they exist is for sysprep to say.
        public var enable: [String]

        /// Names of operations not to run.
        public var disable: [String]
    }
}
