import ArgumentParser

/// How one object is printed: the options of cliff's ShowOne (cliff/show.py), which are those of the openstack client.
struct ShowOptions: ParsableArguments {
    /// The formats of objects.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json, yaml, value, shell
    }

    @Option(
        name: [.customShort("f", allowingJoined: true), .long],
        help: "How to print: table, json, yaml, value or shell."
    )
    var format = Format.table

    @OptionGroup
    var layout: LayoutOptions

    @Option(help: ArgumentHelp("Shell: what the variables' names begin with.", valueName: "text"))
    var prefix = ""

    // Which cliff does not tell of either: it is `--column`, for this format alone.
    @Option(help: .hidden)
    var variable: [String] = []

    func validate() throws {
        guard ShellFormat.canBegin(with: prefix) else {
            throw ValidationError("--prefix is the beginning of a variable's name, such as 'image_', not '\(prefix)'")
        }
    }

    /// Refuses fields that there are not, before anything is done.
    ///
    /// - Throws: `ValidationError`.
    func check(_ names: [String]) throws {
        _ = try ColumnName.indices(of: layout.column, in: names)
    }

    /// Prints an object to standard output.
    ///
    /// - Throws: `ValidationError` for a field that there is not.
    func print(_ record: Record) throws {
        if let text = try text(record, Output.widths) { Output.show(text) }
    }

    /// What is printed; nil for nothing.
    func text(_ record: Record, _ widths: Output.Widths = (nil, nil)) throws -> String? {
        let json = JSONFormat(isIndented: !layout.noindent, isYAML: format == .yaml)
        let isDocument = layout.column.isEmpty && (format == .json || format == .yaml)
        if isDocument, let document = record.document { return try json.document(document) }
        let wanted = try ColumnName.indices(of: layout.column, in: record.fields.map(\.name))
        let fields = wanted.map { $0.map { record.fields[$0] } } ?? record.fields.filter { $0.cell != .nothing }
        return switch format {
        case .table: layout.table(widths).record(fields)
        case .value: ValueFormat.record(fields)
        case .shell: ShellFormat(prefix: prefix, variables: variable).record(fields)
        case .json, .yaml: try json.record(fields)
        }
    }
}
