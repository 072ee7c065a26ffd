import ArgumentParser
import Foundation
import Pipeline

/// `imagebake cache`.
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Look at what is kept for later bakes, and make room.",
        subcommands: [CacheList.self, CacheShow.self, CachePrune.self]
    )

    /// The cache, after what killed bakes left has been removed.
    static func inventory() async throws -> (inventory: CacheInventory, home: Home) {
        let home = try Home()
        for leftover in await Sweeper(home: home).sweep() { Output.error("warning: \(leftover)") }
        return (CacheInventory(home: home), home)
    }

    /// A row of a list.
    static func row(_ item: CacheItem) -> [Cell] {
        [
            .text(item.id), .text(item.kind.rawValue), .size(item.size), .text(item.lastUsed.formatted(.iso8601)),
            .text(item.isInUse ? "yes" : "no"), .text(item.origin),
        ]
    }

    /// The heads of such rows.
    static let columns = ["ID", "Kind", "Size", "Last Used", "In Use", "Recipe or Source"]
}
