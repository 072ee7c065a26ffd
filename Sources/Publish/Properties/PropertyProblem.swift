/// Something that is wrong with an image's properties.
public struct PropertyProblem: Sendable, Hashable, CustomStringConvertible {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable {
        /// A service refuses the image or what is made of it, or does something else than was meant.
        case error
        /// Most likely a mistake.
        case warning
    }

    /// How bad it is.
    public let severity: Severity

    /// The property; `min_disk` and `min_ram` for the attributes of these names.
    public let property: String

    /// Its value, nil where it is missing.
    public let value: String?

    /// What is wrong, in lower case.
    public let message: String

    /// What would be right, in words; nil where the message says it.
    public let allowed: String?

    /// What may have been meant.
    public let suggestion: String?

    init(
        _ severity: Severity,
        _ property: String,
        _ value: String?,
        _ message: String,
        allowed: String? = nil,
        suggestion: String? = nil
    ) {
        self.severity = severity
        self.property = property
        self.value = value
        self.message = message
        self.allowed = allowed
        self.suggestion = suggestion
    }

    /// One sentence with all of it.
    public var description: String {
        let hint = suggestion.map { "did you mean '\($0)'?" } ?? allowed.map { "it may be \($0)" }
        return message + (hint.map { "; \($0)" } ?? "")
    }
}
