import ArgumentParser
import Foundation
import Pipeline
import SystemPackage

/// `imagebake bakes show`.
struct BakesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one bake.")

    @Argument(help: "The bake's id, its beginning, or 'last'.")
    var id: String

    @OptionGroup(title: "Output options")
    var format: ShowOptions

    mutating func run() async throws {
        let (store, _) = try await BakesCommand.store()
        let bake = try store.find(id)
        let fields: [(String, Cell)] = [
            ("id", .text(bake.id)),
            ("name", .text(bake.name)),
            ("recipe", .text(bake.recipe)),
            ("state", .text(bake.state.rawValue)),
            ("started", .text(bake.started.formatted(.iso8601))),
            ("finished", Cell(bake.finished?.formatted(.iso8601))),
            ("status", Cell(bake.status.map { Int64($0) })),
            ("message", Cell(bake.message)),
            ("images", .list(bake.images)),
            ("documents", .list(bake.documents ?? [])),
            ("imagebake", .text(bake.version)),
            ("directory", .text(store.directory(bake.id).string)),
        ]
        try format.print(Record(fields, document: bake))
    }
}
