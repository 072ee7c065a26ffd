import ArgumentParser
import Pipeline

/// `imagebake bakes`.
struct BakesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bakes",
        abstract: "Look at bakes, past and present.",
        subcommands: [BakesList.self, BakesShow.self, BakesLog.self, BakesRemove.self]
    )

    /// The bakes, after what killed ones left has been removed.
    static func store() async throws -> (store: BakeStore, home: Home) {
        let home = try Home()
        for leftover in await Sweeper(home: home).sweep() { Output.error("warning: \(leftover)") }
        return (BakeStore(home: home), home)
    }
}
