public import Inventory

/// What sysprep found and did.
public struct SysprepReport: Sendable, Codable, Equatable {
    /// One operation and its work.
    public struct Operation: Sendable, Codable, Equatable {
        /// The operation's name.
        public let name: String
        /// What it does.
        public let heading: String
        /// What it changed in this guest, one line each; empty when there was nothing to do.
        public let changes: [String]
    }

    /// The operating system.
    public let os: GuestOS
    /// Where its file systems are, for a hygiene check of the same disk.
    public let layout: GuestLayout
    /// The packages in it, sorted by name.
    public let packages: [InstalledPackage]
    /// The package manager's database that says so; nil where there is none.
    public let packageDatabase: String?
    /// Whether that database could be read to its end.
    public let hasAllPackages: Bool
    /// What os-release(5) says of the system.
    public let distribution: Distribution?
    /// The steps of customising in the order in which they ran, before the operations.
    public let customizations: [CustomizedStep]
    /// The operations in the order in which they ran.
    public let operations: [Operation]
    /// The swap areas that were emptied, one line each.
    public let swap: [String]
    /// The file systems whose free space was given back.
    public let trimmed: [TrimResult]
    /// The bytes that the disk may be cut to; nil where that was not asked for.
    public let shrunkSize: Int64?
    /// What did not stop the run and should be known.
    public let warnings: [String]
    /// How long each phase took.
    public let phases: [PhaseTime]

    /// The packages with the system that has them.
    public var inventory: PackageInventory {
        PackageInventory(
            distribution: distribution,
            database: packageDatabase,
            packages: packages,
            isComplete: hasAllPackages
        )
    }
}
