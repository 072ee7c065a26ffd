extension Recipe {
    /// The name of a secret that the recipe declares.
    public struct SecretName: Sendable, Hashable {
        /// The name: letters, digits and `_`.
        public let name: String

        init(_ name: String) {
            self.name = name
        }
    }
}
