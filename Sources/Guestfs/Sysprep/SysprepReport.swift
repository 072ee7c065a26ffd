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
    public let packages: [GuestPackage]
    /// The operations in the order in which they ran.
    public let operations: [Operation]
    /// The file systems whose free space was given back.
    public let trimmed: [TrimResult]
    /// What did not stop the run and should be known.
    public let warnings: [String]
    /// How long each phase took.
    public let phases: [PhaseTime]
}
