public import SystemPackage

extension Recipe {
    /// A secret that the recipe uses: where its value comes from, never the value.
    public struct Secret: Sendable, Equatable {
        /// Its name.
        public var name: SecretName

        /// Where its value comes from.
        public var source: Source

        /// Where it is declared: file, line and column.
        public var place: String
    }
}

extension Recipe.Secret {
    /// Where a secret's value comes from.
    public enum Source: Sendable, Equatable {
        /// An environment variable.
        case environment(String)

        /// A file, by its absolute path.
        case file(FilePath)

        /// The standard output of a program: its absolute path or its name on `PATH`, and its arguments.
        case command([String])
    }
}
