/// What a hygiene check found.
public struct HygieneReport: Sendable, Codable, Equatable {
    /// The operating system on the disk.
    public let os: GuestOS
    /// The claims in the order of the operations.
    public let checks: [HygieneCheck]
    /// Whether every claim holds.
    public let passed: Bool
    /// What could not be looked at, and why.
    public let warnings: [String]
    /// How long each phase took.
    public let phases: [PhaseTime]

    init(os: GuestOS, checks: [HygieneCheck], warnings: [String], phases: [PhaseTime]) {
        self.os = os
        self.checks = checks
        self.warnings = warnings
        self.phases = phases
        passed = checks.allSatisfy(\.passed)
    }
}
