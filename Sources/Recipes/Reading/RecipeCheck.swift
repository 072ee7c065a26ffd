import Glibc

/// What is known of one recipe file after it was looked at.
public struct RecipeCheck: Sendable {
    /// The file, as the user named it.
    public let file: String

    /// The recipe; nil where it could not be read.
    public let recipe: Recipe?

    /// Errors and warnings, in the order of the file.
    public let diagnostics: [Diagnostic]

    /// The exit status for the errors alone: 0 where there are none; 65, 66, 74 or 77 as for ``RecipeProblems``.
    public let exitStatus: Int32

    /// The exit status of a command that has looked at several recipes: that of the gravest problem.
    ///
    /// A file that could not be read counts for more than one that is wrong: what is in it is not known.
    ///
    /// - Parameter isStrict: Whether warnings count as errors.
    public static func exitStatus(of checks: [RecipeCheck], isStrict: Bool = false) -> Int32 {
        let statuses = checks.map { check in
            check.exitStatus == 0 && isStrict && !check.diagnostics.isEmpty ? EX_DATAERR : check.exitStatus
        }
        return [EX_IOERR, EX_NOPERM, EX_NOINPUT, EX_DATAERR].first(where: statuses.contains) ?? statuses.max() ?? 0
    }
}
