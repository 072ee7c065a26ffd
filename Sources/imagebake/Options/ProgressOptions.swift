import ArgumentParser
import Pipeline

/// How progress is shown.
enum ProgressStyle: String, CaseIterable, ExpressibleByArgument {
    case auto, plain, json, none
}

/// What is shown while something runs.
struct ProgressOptions: ParsableArguments {
    @Option(
        help: "Progress: auto (a live list on a terminal, else plain lines), plain, json (one object a line) or none."
    )
    var progress = ProgressStyle.auto

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(name: [.short, .long, .customLong("console")], help: "Show the guest's console and the tools' output too.")
    var verbose = false

    /// The reader that shows a bake's events.
    func reader() -> (any EventReader)? {
        if quiet { return nil }
        switch progress {
        case .auto: return Output.isInteractive ? LiveProgress(isVerbose: verbose) : PlainProgress(isVerbose: verbose)
        case .plain: return PlainProgress(isVerbose: verbose)
        case .json: return JSONProgress()
        case .none: return nil
        }
    }
}
