/// One problem in a file, with the place where it was found.
///
/// Printed in the form that editors and compilers share: `recipes/web.recipe:14:3: error: unknown key 'pakages' in 'system'; did you
/// mean 'packages'?`.
public struct Diagnostic: Error, Sendable, Hashable {
    /// The file, as the user named it.
    public let file: String

    /// The line, counted from 1; 0 when the problem is not at a line.
    public let line: Int

    /// The column in characters, counted from 1; 0 when the problem is not at a column.
    public let column: Int

    /// How bad it is.
    public let severity: Severity

    /// What is wrong, in lower case and without a full stop.
    public let message: String

    /// What to do about it, where that is known.
    public let hint: String?

    /// The kind of problem, a word that stays the same; `docs/lints.md` lists all.
    public let code: String

    /// Makes a diagnostic.
    public init(
        file: String,
        line: Int = 0,
        column: Int = 0,
        severity: Severity = .error,
        message: String,
        hint: String? = nil,
        code: String = Diagnostic.invalid
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.message = message
        self.hint = hint
        self.code = code
    }
}

extension Diagnostic {
    /// The code of what has none of its own: a value, or the whole file, is not what it must be.
    public static let invalid = "invalid"

    /// A key that there is not.
    static let unknownKey = "unknown-key"

    /// A key that must be there and is not.
    static let missingKey = "missing-key"

    /// A key that stands twice.
    static let repeatedKey = "repeated-key"

    /// A text that is no YAML, or no text.
    static let notYAML = "not-yaml"

    /// A file that is not there, or cannot be read.
    static let unreadable = "unreadable"

    /// A template that cannot be rendered.
    static let template = "template"

    /// A kickstart of the user's own with which no install could end.
    static let kickstart = "kickstart"

    /// A system that its makers support no more.
    static let endOfLife = "end-of-life"

    /// A property of an image that nobody knows.
    static let property = "unknown-property"

    /// A recipe that `imagebake fmt` leaves as it is.
    static let notFormattable = "not-formattable"

    /// All codes that are not those of lints.
    static let otherCodes = [
        invalid, unknownKey, missingKey, repeatedKey, notYAML, unreadable, template, kickstart, endOfLife,
        property, notFormattable,
    ]
}

extension Diagnostic {
    /// How bad a problem is.
    public enum Severity: String, Sendable {
        /// The recipe cannot be used.
        case error

        /// The recipe can be used, but somebody should look at it.
        case warning
    }
}

extension Diagnostic: CustomStringConvertible {
    /// The diagnostic in one line: place, severity, message, hint.
    public var description: String {
        let name = Quoted.printable(file)
        let place = line > 0 ? "\(name):\(line):\(max(column, 1))" : name
        return "\(place): \(severity.rawValue): \(message)" + (hint.map { "; \($0)" } ?? "")
    }
}
