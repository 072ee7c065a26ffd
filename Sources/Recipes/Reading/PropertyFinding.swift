/// What is wrong with one of an image's properties, as somebody finds who knows what the services that read them understand.
public struct PropertyFinding: Sendable, Hashable {
    /// The property; one that is not there for a rule about the whole.
    public let property: String
    /// What is wrong, and what would be right.
    public let message: String
    /// Whether the image would be of no use; else it is most likely a mistake.
    public let isError: Bool

    /// Creates a finding.
    public init(property: String, message: String, isError: Bool) {
        self.property = property
        self.message = message
        self.isError = isError
    }
}

/// Finds what is wrong with an image's properties.
public typealias PropertyJudge = @Sendable ([String: String]) -> [PropertyFinding]
