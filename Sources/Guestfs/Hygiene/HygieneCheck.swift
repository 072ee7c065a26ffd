/// One claim about a disk and what speaks against it.
public struct HygieneCheck: Sendable, Codable, Equatable {
    /// The name of the sysprep operation that makes the claim, or of what else was looked for.
    public let name: String
    /// What the operation does.
    public let heading: String
    /// Where it was not done: `path` or `path:line`, sorted.
    public let findings: [String]
    /// Whether nothing was found.
    public let passed: Bool

    /// A claim that holds where nothing was found.
    public init(name: String, heading: String, findings: [String]) {
        self.name = name
        self.heading = heading
        self.findings = findings
        passed = findings.isEmpty
    }
}
