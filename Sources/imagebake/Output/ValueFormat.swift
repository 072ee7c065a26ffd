/// `--format value`: nothing but the values, for shells.
///
/// A line break within a value is written as `\n`, so that a line is a row (cliff's breaks it in two).
enum ValueFormat {
    /// A line a row; nil for no rows.
    static func list(_ grid: Grid) -> String? {
        let lines = grid.rows.map { $0.map { VisibleText.line($0.forPrograms) }.joined(separator: " ") }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// A line a field; nil for no fields.
    static func record(_ fields: [Record.Field]) -> String? {
        list(Grid(names: [], rows: fields.map { [$0.cell] }))
    }
}
