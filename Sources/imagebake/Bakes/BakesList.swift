import ArgumentParser
import Foundation
import Pipeline

/// `imagebake bakes list`.
struct BakesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List bakes, the newest first.")

    @OptionGroup(title: "Output options")
    var format: ListOptions

    mutating func run() async throws {
        let bakes = try await BakesCommand.store().store.list()
        let rows = bakes.map { bake in
            // The clock may have been set back since it began.
            let seconds = max(0, (bake.finished ?? Date()).timeIntervalSince(bake.started))
            return [
                bake.id, bake.state.rawValue, ProgressText.duration(seconds),
                bake.message ?? bake.images.joined(separator: ", "),
            ]
        }
        try format.print(Listing(columns: ["ID", "State", "Time", "Result"], rows: rows, document: bakes))
        if bakes.isEmpty, format.format == .table { Output.error("no bakes") }
    }
}
