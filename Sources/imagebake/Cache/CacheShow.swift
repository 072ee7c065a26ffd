import ArgumentParser
import Foundation
import Pipeline

/// `imagebake cache show`.
struct CacheShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one thing in the cache, and what went into it."
    )

    @Argument(help: "Its id, or the beginning of it.")
    var id: String

    @OptionGroup(title: "Output options")
    var format: ShowOptions

    private struct Payload: Encodable {
        let item: CacheItem
        let inputs: [String: String]
    }

    mutating func run() async throws {
        let (inventory, _) = try await CacheCommand.inventory()
        let item = try inventory.find(id)
        let inputs = inventory.inputs(of: item)
        let fields: [(String, Cell)] = [
            ("id", .text(item.id)),
            ("kind", .text(item.kind.rawValue)),
            ("recipe or source", .text(item.origin)),
            ("size", .size(item.size)),
            ("created", Cell(item.created?.formatted(.iso8601))),
            ("last used", .text(item.lastUsed.formatted(.iso8601))),
            ("in use", .text(item.isInUse ? "yes" : "no")),
            ("needs", .list(item.needs)),
            ("path", .text(item.path)),
        ]
        let rest = inputs.sorted { $0.key < $1.key }.map { ("input: \($0.key)", Cell.text($0.value)) }
        try format.print(Record(fields + rest, document: Payload(item: item, inputs: inputs)))
    }
}
