/// Rows as text for people, without rules: for reports that are no tables.
enum AlignedColumns {
    /// Columns padded to their widest cell; the last is left as it is.
    static func text(_ rows: [[String]]) -> String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], DisplayWidth.of(cell))
            }
        }
        var text = ""
        text.reserveCapacity(rows.count * (widths.reduce(0, +) + 2 * widths.count))
        for (number, row) in rows.enumerated() {
            if number > 0 { text += "\n" }
            for (column, cell) in row.enumerated() {
                text += cell
                guard column < row.count - 1 else { continue }
                text += String(repeating: " ", count: widths[column] - DisplayWidth.of(cell) + 2)
            }
        }
        return text
    }
}
