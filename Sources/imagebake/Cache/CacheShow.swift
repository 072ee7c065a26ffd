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

    @OptionGroup
    var format: FormatOptions

    private struct Payload: Encodable {
        let item: CacheItem
        let inputs: [String: String]
    }

    mutating func run() async throws {
        let (inventory, _) = try await CacheCommand.inventory()
        let item = try inventory.find(id)
        let inputs = inventory.inputs(of: item)
        let rows =
            [
                ["id", item.id],
                ["kind", item.kind.rawValue],
                ["recipe or source", item.origin],
                ["size", ByteText.text(item.size)],
                ["created", item.created?.formatted(.iso8601) ?? ""],
                ["last used", item.lastUsed.formatted(.iso8601)],
                ["in use", item.isInUse ? "yes" : "no"],
                ["needs", item.needs.joined(separator: ", ")],
                ["path", item.path],
            ] + inputs.sorted { $0.key < $1.key }.map { ["input: \($0.key)", $0.value] }
        try Listing(columns: ["Field", "Value"], rows: rows, payload: Payload(item: item, inputs: inputs))
            .print(format.format)
    }
}
