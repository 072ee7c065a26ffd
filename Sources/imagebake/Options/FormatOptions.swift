import ArgumentParser

extension OutputFormat: ExpressibleByArgument {}

/// How lists and objects are printed.
struct FormatOptions: ParsableArguments {
    @Option(name: [.customShort("f"), .long], help: "How to print: table, json, yaml or value.")
    var format = OutputFormat.table
}
