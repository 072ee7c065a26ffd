/// A check for what can be built and should not be, or cannot be built and does not show.
///
/// `docs/lints.md` says of each why it is there and what to do; a test holds the two together.
struct Lint: Sendable {
    /// The word by which it is known; it stays the same.
    let code: String

    /// How bad it is: an error where the install would fail or never end.
    let severity: Diagnostic.Severity

    /// What it finds in a recipe.
    let check: @Sendable (LintSubject) -> [LintFinding]
}

extension Lint {
    /// All checks.
    static let all: [Lint] = [
        .plaintextPassword, .openRootLogin, .deadMirror, .plainHTTP, .missingEnd, .missingPowerOff, .removedCommand,
        .deprecatedCommand, .missingPackage, .unnamedDevice, .replacedAddress, .littleMemory, .noBootloader,
        .systemNumber, .unknownTimeZone,
    ]

    /// The checks that look at texts, and so find the same in a recipe of which not all could be understood.
    static let textual: [Lint] = [
        .plaintextPassword, .openRootLogin, .deadMirror, .plainHTTP, .missingEnd, .missingPowerOff,
    ]

    /// The diagnostics of all checks, or of some, in the order of the files.
    static func run(on subject: LintSubject, among lints: [Lint] = all) -> [Diagnostic] {
        let found = lints.flatMap { lint in
            lint.check(subject).map { finding in
                Diagnostic(
                    file: finding.place.file,
                    line: finding.place.line,
                    column: finding.place.column,
                    severity: lint.severity,
                    message: finding.message,
                    hint: finding.hint,
                    code: lint.code
                )
            }
        }
        return found.sorted { ($0.file, $0.line, $0.column) < ($1.file, $1.line, $1.column) }
    }
}
