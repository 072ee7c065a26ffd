import ArgumentParser

/// How lists are printed: the options of cliff's listers (cliff/lister.py), which are those of the openstack client.
struct ListOptions: ParsableArguments {
    /// The formats of lists.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json, yaml, value, csv
    }

    /// The directions of `--sort-column`.
    enum Direction: EnumerableFlag {
        case sortAscending, sortDescending
    }

    @Option(
        name: [.customShort("f", allowingJoined: true), .long],
        help: "How to print: table, json, yaml, value or csv."
    )
    var format = Format.table

    @OptionGroup
    var layout: LayoutOptions

    @Option(
        help: ArgumentHelp("Order by this column, shown or not; may be given several times.", valueName: "name")
    )
    var sortColumn: [String] = []

    @Flag(help: "From which end --sort-column begins.")
    var direction: Direction?

    @Option(help: ArgumentHelp("CSV: what stands in quotes, all, minimal, none or nonnumeric.", valueName: "what"))
    var quote = CSVFormat.Quote.nonnumeric

    /// Whether JSON and YAML are a document of more than columns, where there is one.
    private var isDocument: Bool { layout.column.isEmpty && sortColumn.isEmpty && (format == .json || format == .yaml) }

    /// Refuses columns that there are not, before anything is done.
    ///
    /// - Throws: `ValidationError`.
    func check(_ names: [String]) throws {
        _ = try ColumnName.indices(of: layout.column, in: names)
    }

    /// Whether anything is printed, or ordered, by a column.
    func needs(_ name: String, isUsual: Bool) -> Bool {
        let name = ColumnName.normal(name)
        func isIn(_ names: [String]) -> Bool { names.contains { ColumnName.normal($0) == name } }
        return isIn(sortColumn) || (layout.column.isEmpty ? isUsual : isIn(layout.column))
    }

    /// Prints a list to standard output.
    ///
    /// - Throws: `ValidationError` for a column that there is not.
    func print<Item>(_ listing: Listing<Item>) throws {
        if let text = try text(listing, Output.widths) { Output.show(text) }
    }

    /// What is printed; nil for nothing.
    func text<Item>(_ listing: Listing<Item>, _ widths: Output.Widths = (nil, nil)) throws -> String? {
        if isDocument, let document = listing.document { return try json.document(document) }
        let names = listing.columns.map(\.name)
        let usual = listing.columns.indices.filter { listing.columns[$0].isUsual }
        let columns = try (ColumnName.indices(of: layout.column, in: names) ?? usual).map { listing.columns[$0] }
        let grid = Grid(
            names: columns.map(\.name),
            rows: sorted(listing).map { item in columns.map { $0.cell(item) } }
        )
        return switch format {
        case .table: layout.table(widths).list(grid)
        case .value: ValueFormat.list(grid)
        case .csv: CSVFormat(quote: quote).list(grid)
        case .json, .yaml: try json.list(grid)
        }
    }

    private var json: JSONFormat { JSONFormat(isIndented: !layout.noindent, isYAML: format == .yaml) }

    /// The items in the order that is asked for; as in cliff a column that there is not, or that has no order, changes nothing.
    private func sorted<Item>(_ listing: Listing<Item>) -> [Item] {
        var items = listing.items
        for name in sortColumn.reversed() {
            guard let column = listing.columns.first(where: { ColumnName.normal($0.name) == ColumnName.normal(name) })
            else {
                let names = listing.columns.map(\.name).joined(separator: ", ")
                Output.error("warning: there is no column '\(name)' to order by; there are: \(names)")
                continue
            }
            let cells = items.map(column.cell)
            let isDescending = direction == .sortDescending
            var isOrdered = true
            // What is equal stays in its order, whichever way.
            let order = items.indices.sorted { left, right in
                let (first, second) = isDescending ? (right, left) : (left, right)
                guard let precedes = cells[first].precedes(cells[second]),
                    let follows = cells[second].precedes(cells[first])
                else {
                    isOrdered = false
                    return false
                }
                return precedes || !follows && left < right
            }
            if isOrdered {
                items = order.map { items[$0] }
            } else {
                Output.error("warning: there is no order by '\(column.name)'")
            }
        }
        return items
    }
}

extension CSVFormat.Quote: ExpressibleByArgument {}
