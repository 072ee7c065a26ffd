extension Recipe {
    /// A package repository that the installer uses beside the install tree.
    public struct Repository: Sendable, Equatable {
        /// A name for it, unique in the recipe.
        public var name: String

        /// Its base URL, http or https.
        public var url: String
    }
}
