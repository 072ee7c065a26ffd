import Foundation
import SystemPackage
import Testing

/// The first bake of recipes/debian12.recipe, as a new user runs it, done once for all tests that need its products.
///
/// Its home stays until the next run. Only the tree survives that, because it takes minutes to build.
enum DebianBake {
    /// The home of the bake.
    static let home = Checkout.kept.appending("home")

    /// The bake and its result; the first who asks starts it.
    static let result = Task { () async throws -> CommandResult in
        try Disk.make(Checkout.kept)
        return try await withLab(home: home) { lab in
            // In another process than the first: everything is there, and comes from the cache.
            if isLast, Disk.exists(home) { return try await lab.run(["build", "recipes/debian12.recipe"]) }
            // A killed run may have left a guest; the sweep finds it.
            if Disk.exists(home) { _ = try await lab.run(["bakes", "list"]) }
            let trees = home.appending("cache").appending("trees")
            let rescued = Checkout.kept.appending("trees")
            if Disk.exists(trees) {
                Disk.remove(rescued)
                try FileManager.default.moveItem(atPath: trees.string, toPath: rescued.string)
            }
            Disk.remove(home)
            try Disk.make(trees.removingLastComponent())
            if Disk.exists(rescued) { try FileManager.default.moveItem(atPath: rescued.string, toPath: trees.string) }
            return try await lab.run(["build", "recipes/debian12.recipe", "--progress", "json"])
        }
    }

    /// Whether this process goes on where the last run of the tests ended.
    private static var isLast: Bool { ProcessInfo.processInfo.environment["IMAGEBAKE_TEST_TREE"] == "last" }

    /// The result, where the bake went well.
    static func succeeded(sourceLocation: SourceLocation = #_sourceLocation) async throws -> CommandResult {
        try await result.value.required(sourceLocation: sourceLocation)
    }

    /// Where it is written down which tree that bake built, for tests in another process.
    private static let note = Checkout.kept.appending("tree")

    /// The directory of the Debian tree: what `IMAGEBAKE_TEST_TREE` names, or what the bake built; with `last` for its name, the one that
    /// the last run of the tests built.
    static func tree(sourceLocation: SourceLocation = #_sourceLocation) async throws -> FilePath {
        if let named = ProcessInfo.processInfo.environment["IMAGEBAKE_TEST_TREE"], !named.isEmpty {
            if !isLast { return FilePath(named) }
            return FilePath(try Disk.text(note))
        }
        _ = try await result.value
        // An earlier installer's trees may lie beside this one's.
        return try await withLab(home: home) { lab in
            let plan = try await lab.run(["plan", "recipes/debian12.recipe", "--format", "json"]).json(Plan.self)
            let reason = plan.steps.first { $0.stage == "tree" }?.reason ?? ""
            let path = try #require(
                reason.firstMatch(of: #/^built in (\/.*)$/#)?.1,
                "the first bake built no tree: \(reason)",
                sourceLocation: sourceLocation
            )
            try Disk.write(String(path), to: note)
            return FilePath(String(path))
        }
    }

    private struct Plan: Decodable {
        struct Step: Decodable {
            let stage: String
            let reason: String
        }

        let steps: [Step]
    }
}
