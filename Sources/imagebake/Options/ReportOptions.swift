import ArgumentParser

/// How a report is printed that is neither a list nor an object: it has no columns to choose from.
struct ReportOptions: ParsableArguments {
    /// The formats of reports.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json, yaml, value
    }

    @Option(
        name: [.customShort("f", allowingJoined: true), .long],
        help: "How to print: table, json, yaml or value."
    )
    var format = Format.table

    @Flag(help: "JSON: all in one line.")
    var noindent = false

    /// Prints a report to standard output.
    ///
    /// - Parameters:
    ///   - text: For people.
    ///   - values: A line each, for shells.
    ///   - document: For programs.
    func print(_ text: @autoclosure () -> String, values: @autoclosure () -> [[String]], document: any Encodable) throws
    {
        switch format {
        case .table: Output.show(text())
        case .value:
            if let text = ValueFormat.list(Grid(names: [], rows: values().map { $0.map { .text($0) } })) {
                Output.show(text)
            }
        case .json, .yaml:
            Output.show(try JSONFormat(isIndented: !noindent, isYAML: format == .yaml).document(document))
        }
    }
}
