extension Recipe {
    /// A registry in which the images are published, and how they appear there.
    public struct Publication: Sendable, Equatable {
        /// The registry.
        public var registry: Registry

        /// The name of the image; nil is the name of the recipe.
        public var name: String?

        /// Who sees it.
        public var visibility: Visibility

        /// Whether it is protected from deletion.
        public var protected: Bool

        /// Its tags, without repeats.
        public var tags: [String]

        /// Its other properties.
        public var properties: [String: String]

        /// The least memory of an instance that starts it.
        public var minRAM: ByteCount?
    }
}

extension Recipe.Publication {
    /// A registry, by its name.
    public struct Registry: Sendable, Hashable {
        /// `local`, or the name of a cloud in clouds.yaml.
        public let name: String

        /// The registry of a name.
        public init(name: String) {
            self.name = name
        }

        /// The embedded registry of this machine.
        public static let local = Registry(name: "local")
    }

    /// Who sees an image, in Glance's words.
    public enum Visibility: String, CaseIterable, Sendable {
        /// Its owner.
        case `private`

        /// Everybody.
        case `public`

        /// Its owner and the projects that accepted it.
        case shared

        /// Everybody, though not in everybody's default list.
        case community
    }
}
