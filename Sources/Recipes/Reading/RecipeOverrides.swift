public import SystemPackage

/// What a command line says in place of the recipe; nil is what the recipe says.
public struct RecipeOverrides: Sendable, Equatable {
    /// The install tree, in the words of `install.location`; a relative directory is relative to the working directory.
    public var location: String?

    /// The name of the recipe and of its image.
    public var name: String?

    /// The guest's memory, such as `2 GiB`.
    public var memory: String?

    /// The number of the guest's virtual processors.
    public var vcpus: Int?

    /// The time that the install may take, such as `45m`.
    public var deadline: String?

    /// The registries to publish to in place of the recipe's; empty for those.
    public var registries: [String] = []

    /// Values of the recipe's variables, in order; a later one prevails.
    public var variables: [Variable] = []

    /// Files with values of variables, each a YAML mapping of names to values, in order; a later one prevails.
    public var variableFiles: [FilePath] = []

    /// Makes overrides that override nothing.
    public init() {}
}

extension RecipeOverrides {
    /// A value for a variable, as text.
    public struct Variable: Sendable, Equatable {
        /// The variable's name.
        public var name: String

        /// The value; the items of a list stand between commas.
        public var value: String

        /// Makes a value for a variable.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}
