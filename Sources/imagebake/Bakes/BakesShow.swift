import ArgumentParser
import Foundation
import Pipeline
import SystemPackage

/// `imagebake bakes show`.
struct BakesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one bake.")

    @Argument(help: "The bake's id, its beginning, or 'last'.")
    var id: String

    @OptionGroup
    var format: FormatOptions

    mutating func run() async throws {
        let (store, _) = try await BakesCommand.store()
        let bake = try store.find(id)
        let rows = [
            ["id", bake.id],
            ["name", bake.name],
            ["recipe", bake.recipe],
            ["state", bake.state.rawValue],
            ["started", bake.started.formatted(.iso8601)],
            ["finished", bake.finished?.formatted(.iso8601) ?? ""],
            ["status", bake.status.map(String.init) ?? ""],
            ["message", bake.message ?? ""],
            ["images", bake.images.joined(separator: ", ")],
            ["documents", (bake.documents ?? []).joined(separator: ", ")],
            ["imagebake", bake.version],
            ["directory", store.directory(bake.id).string],
        ]
        try Listing(columns: ["Field", "Value"], rows: rows, payload: bake).print(format.format)
    }
}
