import ArgumentParser
import Foundation

/// What of a list or an object is printed, and how wide.
struct LayoutOptions: ParsableArguments {
    @Option(
        name: [.customShort("c", allowingJoined: true), .long],
        help: ArgumentHelp("Only this column or field; may be given several times.", valueName: "name")
    )
    var column: [String] = []

    @Flag(help: "JSON: all in one line.")
    var noindent = false

    @Option(
        help: ArgumentHelp(
            "Table: as wide as this at most, 0 for any width.",
            discussion: "Default: CLIFF_MAX_TERM_WIDTH, else the terminal's width, else any.",
            valueName: "columns"
        )
    )
    var maxWidth: Int?

    @Flag(
        help: "Table: as wide as the terminal at most, also where it goes into a pipe; CLIFF_FIT_WIDTH=1 says the same."
    )
    var fitWidth = false

    @Flag(help: "Table: draw it also where it has no rows.")
    var printEmpty = false

    /// How tables are drawn where data, and everything else, go to terminals of these widths.
    func table(_ widths: Output.Widths) -> TableFormat {
        TableFormat(width: width(widths), printsEmpty: printEmpty)
    }

    private func width(_ widths: Output.Widths) -> Int? {
        let environment = ProcessInfo.processInfo.environment
        if let most = maxWidth ?? environment["CLIFF_MAX_TERM_WIDTH"].flatMap({ Int($0) }), most > 0 { return most }
        let isFitted = fitWidth || (environment["CLIFF_FIT_WIDTH"].flatMap { Int($0) } ?? 0) != 0
        return widths.data ?? (isFitted ? widths.error : nil)
    }
}
