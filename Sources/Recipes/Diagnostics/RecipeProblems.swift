/// Everything that is wrong with a recipe, found in one reading.
public struct RecipeProblems: Error, Sendable, Equatable {
    /// The problems in the order of the file, never empty.
    public let diagnostics: [Diagnostic]

    /// The exit status that a command ends with: 65 for a bad recipe, 66 for one that does not exist, 77 for one that may not be
    /// read, 74 for an I/O error.
    public let exitStatus: Int32

    /// One problem of a file.
    public init(file: String, message: String, hint: String? = nil, exitStatus: Int32 = 65) {
        self.init([Diagnostic(file: file, message: message, hint: hint)], exitStatus: exitStatus)
    }

    init(_ diagnostics: [Diagnostic], exitStatus: Int32 = 65) {
        self.diagnostics = diagnostics
        self.exitStatus = exitStatus
    }
}

extension RecipeProblems: CustomStringConvertible {
    /// All problems, one a line.
    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
