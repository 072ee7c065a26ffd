/// One thing that a lint found.
struct LintFinding {
    /// Where.
    let place: LintPlace

    /// What, in lower case and without a full stop; it never holds a password.
    let message: String

    /// What to do about it.
    let hint: String
}
