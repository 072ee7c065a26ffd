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

    /// Makes overrides that override nothing.
    public init() {}
}
