extension Recipe {
    /// A stream of a module of packages.
    public struct Module: Sendable, Hashable {
        /// The module, such as `nodejs`.
        public var name: String

        /// The stream, such as `20`; nil is the module's default.
        public var stream: String?
    }
}
