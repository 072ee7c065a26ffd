/// What a hygiene check found.
public struct HygieneReport: Sendable, Codable, Equatable {
    /// The operating system on the disk.
    public let os: GuestOS
    /// The claims in the order of the operations, then what else was looked for.
    public private(set) var checks: [HygieneCheck]
    /// Whether every claim holds.
    public private(set) var passed: Bool
    /// How many private keys were seen in files that have names of keys, declared ones among them.
    public let privateKeys: Int
    /// Mount points of file systems whose content does not stand on the disk as it is: compressed or encrypted ones.
    public let opaque: [String]
    /// Where the file systems are, for another look at the same disk.
    public let layout: GuestLayout
    /// What could not be looked at, and why.
    public let warnings: [String]
    /// How long each phase took.
    public let phases: [PhaseTime]

    init(
        guest: Guest,
        checks: [HygieneCheck],
        privateKeys: Int,
        opaque: [String],
        phases: [PhaseTime]
    ) {
        os = guest.os
        layout = guest.layout
        self.checks = checks
        self.privateKeys = privateKeys
        self.opaque = opaque
        warnings = guest.warnings
        self.phases = phases
        passed = checks.allSatisfy(\.passed)
    }

    /// Adds what was found elsewhere than in an appliance.
    public mutating func add(_ check: HygieneCheck) {
        checks.append(check)
        passed = passed && check.passed
    }

    /// The report for people.
    public var text: String {
        var lines = ["hygiene: \(passed ? "passed" : "FAILED"), \(checks.count) checks of \(os.productName)"]
        for check in checks {
            lines.append("\(check.passed ? "ok    " : "FAILED")  \(check.name): \(check.heading)")
            lines += check.findings.map { "          \($0)" }
        }
        lines += warnings.map { "warning: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }
}
