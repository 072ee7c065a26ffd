public import SystemPackage

extension Recipe {
    /// Where an install tree is.
    public enum Location: Sendable, Equatable {
        /// At an http or https URL.
        case url(String)

        /// In a directory of this machine, an absolute path.
        case directory(FilePath)

        /// On a medium: an ISO 9660 image of this machine, an absolute path that ends in `.iso`.
        case image(FilePath)

        /// Nowhere yet: the Debian tree that imagebake builds on the spot.
        case builtIn
    }
}

extension Recipe.Location: CustomStringConvertible {
    /// The location as a recipe spells it.
    public var description: String {
        switch self {
        case .url(let url): url
        case .directory(let path), .image(let path): path.string
        case .builtIn: "built-in"
        }
    }
}
