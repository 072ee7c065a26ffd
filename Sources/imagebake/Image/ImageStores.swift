import ArgumentParser
import Pipeline
import Publish

/// `imagebake image stores`.
struct ImageStores: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stores",
        abstract: "See where the registry keeps bytes.",
        subcommands: [List.self]
    )

    /// `imagebake image stores list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the stores.")

        @Flag(help: "What only administrators may know, too.")
        var detail = false

        @OptionGroup
        var format: FormatOptions

        @OptionGroup
        var options: RegistryOptions

        mutating func run() async throws {
            let stores = try await options.with { try await $0.stores(detailed: detail) }
            let rows = stores.map { store in
                [store.id, store.description ?? "", String(store.isDefault)] + (detail ? [store.type ?? ""] : [])
            }
            let columns = ["ID", "Description", "Default"] + (detail ? ["Type"] : [])
            try Listing(columns: columns, rows: rows, payload: stores).print(format.format)
        }
    }
}
