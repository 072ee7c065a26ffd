import ArgumentParser
import Pipeline

/// `imagebake bakes remove`.
struct BakesRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "End the guest of a failed bake that was kept, and remove its disk; its evidence stays."
    )

    @Argument(help: "The bake's id, its beginning, or 'last'.")
    var id: String

    mutating func run() async throws {
        let (store, home) = try await BakesCommand.store()
        let id = try store.find(id).id
        guard let kept = KeptBake(id, home: home) else {
            throw Failure(.inputMissing, "nothing of the bake '\(id)' was kept")
        }
        try await kept.remove()
        // Its driver's directory has become a leftover.
        for leftover in await Sweeper(home: home).sweep() { Output.error("warning: \(leftover)") }
        Output.error("removed the guest and the disk of \(id)")
    }
}
