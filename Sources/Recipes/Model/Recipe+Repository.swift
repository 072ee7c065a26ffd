extension Recipe {
    /// A package repository that the installer uses beside the install tree.
    ///
    /// It has what kickstart's `repo` knows; the installed system forgets it unless ``isKept`` says otherwise.
    public struct Repository: Sendable, Equatable {
        /// A name for it, unique in the recipe.
        public var name: String

        /// Where it is.
        public var source: Source

        /// Its cost: of two repositories with the same package the cheaper one gives it; kickstart's default is 1000.
        public var cost: Int?

        /// The only packages that are taken from it; patterns are allowed; all where it is empty.
        public var includedPackages: [String]

        /// Packages that are not taken from it; patterns are allowed.
        public var excludedPackages: [String]

        /// The URL of the OpenPGP key of its packages, http or https, which the installed system is told to trust.
        ///
        /// Anaconda itself checks no signatures of such repositories.
        public var gpgKey: String?

        /// Whether the installed system keeps it, with signatures checked.
        public var isKept: Bool
    }
}

extension Recipe.Repository {
    /// Where a repository is.
    public enum Source: Sendable, Equatable {
        /// At a URL, http or https.
        case url(String)

        /// At one of the URLs in a list that is at this URL.
        case mirrorList(String)

        /// At one of the URLs in a metalink that is at this URL.
        case metalink(String)
    }

    /// A repository at a URL.
    public init(name: String, url: String) {
        self.init(
            name: name,
            source: .url(url),
            cost: nil,
            includedPackages: [],
            excludedPackages: [],
            gpgKey: nil,
            isKept: false
        )
    }
}
