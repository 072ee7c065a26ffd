import ArgumentParser
import Pipeline

/// `imagebake cache list`.
struct CacheList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the products of stages and the install trees that are kept, the one used last first."
    )

    @OptionGroup(title: "Output options")
    var format: ListOptions

    mutating func run() async throws {
        let (inventory, home) = try await CacheCommand.inventory()
        let items = Array(try inventory.items().reversed())
        try format.print(Listing(columns: CacheCommand.columns, rows: items.map(CacheCommand.row), document: items))
        guard format.format == .table else { return }
        let total = items.reduce(0) { $0 + $1.size }
        let bound = try CacheBound(home: home).bytes()
        Output.error(
            items.isEmpty ? "nothing is kept" : "\(ByteText.text(total)) of at most \(ByteText.text(bound))"
        )
    }
}
