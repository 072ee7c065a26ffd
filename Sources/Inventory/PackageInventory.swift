/// What a system's own package manager says that is installed.
public struct PackageInventory: Sendable, Codable, Equatable {
    /// The operating system, by its os-release(5).
    public var distribution: Distribution?
    /// The package manager's database; nil where there is none.
    public var database: String?
    /// The packages, sorted.
    public var packages: [InstalledPackage]
    /// Whether the database was there and could be read to its end.
    public var isComplete: Bool

    /// Creates an inventory.
    public init(
        distribution: Distribution?,
        database: String?,
        packages: [InstalledPackage],
        isComplete: Bool
    ) {
        self.distribution = distribution
        self.database = database
        self.packages = packages
        self.isComplete = isComplete
    }
}
