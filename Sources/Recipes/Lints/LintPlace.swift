/// A place in a recipe or in a file that belongs to one.
struct LintPlace: Hashable {
    /// The file, as a person would name it.
    let file: String

    /// The line, counted from 1.
    let line: Int

    /// The column, counted from 1.
    let column: Int
}
