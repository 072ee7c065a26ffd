/// `--format csv`, as Python's csv module writes it with the escape character of cliff's (cliff/formatters/commaseparated.py; CPython,
/// Modules/_csv.c): a quote within quotes is doubled, and a backslash as well.
struct CSVFormat {
    /// Which fields stand in quotes.
    enum Quote: String, CaseIterable {
        case all, minimal, none, nonnumeric
    }

    var quote = Quote.nonnumeric

    /// The names, then a record a row; one with line breaks takes several lines, within its quotes.
    func list(_ grid: Grid) -> String {
        ([grid.names.map { .text($0) }] + grid.rows).map(record).joined(separator: "\n")
    }

    private func record(_ cells: [Cell]) -> String {
        let fields = cells.map(field)
        // One empty field alone would be an empty line, which is no record.
        return fields == [""] && quote != .none ? "\"\"" : fields.joined(separator: ",")
    }

    private func field(_ cell: Cell) -> String {
        let text = cell == .nothing ? "" : cell.forPrograms
        var isQuoted =
            switch quote {
            case .all: true
            case .minimal, .none: false
            case .nonnumeric: !cell.isNumber && !isFlag(cell)
            }
        var field = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": field += "\\\\"
            case ",", "\"", "\n", "\r":
                if quote == .none {
                    field += "\\"
                } else {
                    isQuoted = true
                    if scalar == "\"" { field += "\"" }
                }
                field.unicodeScalars.append(scalar)
            default: field.unicodeScalars.append(scalar)
            }
        }
        return isQuoted ? "\"\(field)\"" : field
    }

    /// In Python they are numbers.
    private func isFlag(_ cell: Cell) -> Bool { if case .flag = cell { true } else { false } }
}
