/// `--format table`, as cliff and PrettyTable draw it (cliff/formatters/table.py, prettytable/prettytable.py), with escapes in place of
/// what a terminal would act on.
struct TableFormat {
    private enum Alignment {
        case left, right, center
    }

    /// The columns that there are to fit it into; nil for as many as it takes.
    var width: Int?
    /// Whether a list without rows is drawn.
    var printsEmpty = false

    /// A list; nil where nothing is drawn.
    func list(_ grid: Grid) -> String? {
        guard let first = grid.rows.first else {
            return printsEmpty ? draw(grid.names, [], grid.names.map { _ in .center }, least: 8) : nil
        }
        return draw(
            grid.names,
            grid.rows.map { $0.map { Self.lines($0.forPeople) } },
            first.map { $0.isNumber ? .right : .left },
            least: 8
        )
    }

    /// An object; nil where it has no fields.
    func record(_ fields: [Record.Field]) -> String? {
        guard !fields.isEmpty else { return nil }
        let rows = fields.map { [Self.lines($0.name), Self.lines($0.cell.forPeople)] }
        return draw(["Field", "Value"], rows, [.left, .left], least: 16)
    }

    /// The lines of a cell: a tab is spaces, and a terminal acts on nothing of it.
    private static func lines(_ text: String) -> [String] {
        guard text.utf8.contains(where: { $0 < 0x20 }) else { return [VisibleText.of(text)] }
        // As scalars: to Swift a carriage return and a newline are one character.
        let text = text.unicodeScalars.reduce(into: (text: "", last: Unicode.Scalar(" "))) { result, scalar in
            if result.last == "\r", scalar != "\n" { result.text += " " }
            if scalar != "\r" { result.text.unicodeScalars.append(scalar) }
            result.last = scalar
        }
        let whole = text.last == "\r" ? text.text + " " : text.text
        return whole.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var expanded = ""
            for (number, part) in line.split(separator: "\t", omittingEmptySubsequences: false).enumerated() {
                if number > 0 { expanded += String(repeating: " ", count: 8 - expanded.count % 8) }
                expanded += part
            }
            return VisibleText.of(expanded)
        }
    }

    /// - Parameter least: The columns that a cell has, however little room there is.
    private func draw(_ names: [String], _ rows: [[[String]]], _ alignments: [Alignment], least: Int) -> String {
        let names = names.map { VisibleText.of($0) }
        let heads = names.map { DisplayWidth.of($0) }
        var cells = names.map { _ in 0 }
        for row in rows {
            for (column, lines) in row.enumerated() {
                for line in lines { cells[column] = max(cells[column], DisplayWidth.of(line)) }
            }
        }
        let limits = limits(zip(heads, cells).map { max($0, $1) }, least: least)
        let widths = heads.indices.map { max(heads[$0], min(cells[$0], limits[$0])) }

        let rule = "+" + widths.map { String(repeating: "-", count: $0 + 2) + "+" }.joined()
        func line(_ parts: [String]) -> String {
            parts.indices.reduce(into: "|") { line, column in
                let part = parts[column]
                let room = widths[column] - DisplayWidth.of(part)
                let left =
                    switch alignments[column] {
                    case .left: 0
                    case .right: room
                    case .center: room / 2
                    }
                line += " " + String(repeating: " ", count: left) + part
                line += String(repeating: " ", count: room - left) + " |"
            }
        }
        var text = [rule, line(names), rule]
        for row in rows {
            let wrapped = row.indices.map { column in
                row[column].flatMap { part -> [String] in
                    guard DisplayWidth.of(part) > widths[column] else { return [part] }
                    let lines = LineWrap.lines(part, width: widths[column])
                    return lines.isEmpty ? [""] : lines
                }
            }
            for number in 0..<(wrapped.map(\.count).max() ?? 0) {
                text.append(line(wrapped.map { $0.indices.contains(number) ? $0[number] : "" }))
            }
        }
        return (text + [rule]).joined(separator: "\n")
    }

    /// To how many columns each cell is held: those that are wider than an equal part of the width share what the others leave.
    private func limits(_ natural: [Int], least: Int) -> [Int] {
        var limits = natural.map { _ in Int.max }
        guard let width, natural.reduce(1, { $0 + $1 + 3 }) > width, !natural.isEmpty else { return limits }
        let room = max(0, width - 1 - 3 * natural.count)
        let fair = room / natural.count
        let shrinking = natural.indices.filter { natural[$0] > fair }
        guard let last = shrinking.last else { return limits }
        var rest = room - natural.filter { $0 <= fair }.reduce(0, +)
        let share = rest / shrinking.count
        for column in shrinking.dropLast() {
            limits[column] = max(least, share)
            rest -= share
        }
        limits[last] = max(least, rest)
        return limits
    }
}
