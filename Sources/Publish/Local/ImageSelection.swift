import GRDB

/// The part of a query that SQLite answers; the rest needs tags, properties and members.
struct ImageSelection {
    let sql: String
    let arguments: StatementArguments

    init(_ query: ImageQuery) {
        var conditions = ["os_hidden = ?"]
        var arguments: StatementArguments = [query.isHidden]
        func add(_ column: String, _ value: String?) {
            guard let value else { return }
            conditions.append("\(column) = ?")
            arguments += [value]
        }
        add("name", query.name)
        add("status", query.status?.rawValue)
        add("owner", query.owner)
        if case .only(let visibility) = query.visibility { add("visibility", visibility.rawValue) }
        // The names of the keys are those of the columns; ids of equal rows are in the order in which they came.
        let order = query.sort.map { "\($0.key.rawValue) \($0.isDescending ? "DESC" : "ASC")" } + ["seq DESC"]
        sql =
            "SELECT * FROM image WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(order.joined(separator: ", "))"
        self.arguments = arguments
    }
}
