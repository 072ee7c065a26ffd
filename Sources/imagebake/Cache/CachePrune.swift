import ArgumentParser
import Pipeline
import Recipes

/// `imagebake cache prune`.
struct CachePrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove from the cache what was used longest ago.",
        discussion: """
            What a bake uses, and what that needs, always stays. Without options the cache is brought to the bound that \
            every bake keeps to: IMAGEBAKE_CACHE_SIZE, else 64 GiB or a quarter of the file system, whichever is less.
            """
    )

    @Option(help: "What may stay, such as '10 GiB'.")
    var maxSize: ByteCount?

    @Option(help: "Remove what was not used for longer than this, such as '30d' or '12h'.")
    var maxAge: Age?

    @Flag(help: "Remove all that is not in use.")
    var all = false

    @Flag(help: "Say what would go, and remove nothing.")
    var dryRun = false

    @OptionGroup(title: "Output options")
    var format: ListOptions

    mutating func validate() throws {
        if all, maxSize != nil || maxAge != nil {
            throw ValidationError("--all stands alone: it removes what the other options would keep")
        }
        try format.check(CacheCommand.columns)
    }

    mutating func run() async throws {
        let (inventory, home) = try await CacheCommand.inventory()
        let bound =
            if all { Int64(0) } else if let maxSize { maxSize.bytes } else if maxAge != nil { Int64.max } else {
                try CacheBound(home: home).bytes()
            }
        let gone = try inventory.prune(maxSize: bound, maxAge: maxAge?.duration, isDryRun: dryRun)
        try format.print(Listing(columns: CacheCommand.columns, rows: gone.map(CacheCommand.row), document: gone))
        guard format.format == .table else { return }
        let size = ByteText.text(gone.reduce(0) { $0 + $1.size })
        Output.error("\(dryRun ? "would remove" : "removed") \(gone.count), \(size)")
    }
}
