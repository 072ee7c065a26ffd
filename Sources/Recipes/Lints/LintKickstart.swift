/// A kickstart of the user's own.
struct LintKickstart {
    /// The file, as a person would name it.
    let name: String

    /// What stands in it.
    let document: KickstartDocument

    /// Whether it is a template, whose tags stand for what is not known here.
    let isTemplate: Bool

    /// A place in it.
    func place(_ line: Int) -> LintPlace {
        LintPlace(file: name, line: line, column: 1)
    }
}
