public import SystemPackage

extension Recipe {
    /// A template that a recipe brings along, read when the recipe was.
    public struct Template: Sendable, Equatable {
        /// The file, as an absolute path.
        public var path: FilePath

        /// Its Mustache text.
        public var text: String
    }
}
