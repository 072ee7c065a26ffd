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

        @OptionGroup(title: "Output options")
        var format: ListOptions

        @OptionGroup
        var options: RegistryOptions

        private var columns: [Column<ImageStore>] {
            [
                Column("ID") { .text($0.id) },
                Column("Description") { Cell($0.description) },
                // Glance says it of the default one alone.
                Column("Default") { $0.isDefault ? .flag(true) : .nothing },
                Column("Read Only", isUsual: false) { .flag($0.isReadOnly) },
            ] + (detail ? [Column("Type") { Cell($0.type) }] : [])
        }

        func validate() throws { try format.check(columns.map(\.name)) }

        mutating func run() async throws {
            let stores = try await options.with { try await $0.stores(detailed: detail) }
            try format.print(Listing(columns: columns, items: stores))
        }
    }
}
