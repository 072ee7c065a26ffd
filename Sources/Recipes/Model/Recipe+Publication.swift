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

        /// How many images stay in use under the name, the newest among them; nil where none gives its name up.
        public var keep: Int?

        /// What becomes of the older ones.
        public var retire: Retire = .hide

        /// The store of the cloud; nil is its usual one.
        public var store: String?

        /// The only format that is published there; nil is each of the outputs, or what the store wants.
        public var format: Recipe.Output.Format?

        /// A standard whose properties the image must have.
        public var profile: Profile?
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

    /// What becomes of an image that is older than those that are kept.
    public enum Retire: String, CaseIterable, Sendable {
        /// Lists leave it out.
        case hide

        /// Nobody starts a server from it.
        case deactivate

        /// It goes, unless it is protected or in use.
        case delete

        /// It is in nobody's list any more, and who knows its id uses it.
        case community
    }

    /// A standard for the properties of images.
    public enum Profile: String, CaseIterable, Sendable {
        /// Sovereign Cloud Stack's scs-0102.
        case scs0102 = "scs-0102"
    }
}
