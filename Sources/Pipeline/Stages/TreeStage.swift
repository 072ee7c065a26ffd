import Foundation
import InstallTrees
import Recipes
import SystemPackage

/// Fetches kernel and initrd and verifies them; the Debian tree is built on the spot.
struct TreeStage: Stage {
    static let name = StageName.tree

    func run(_ draft: RenderedDraft, _ bake: BakeContext, _ channel: StageChannel) async throws -> LocatedTree {
        let source: TreeSource
        switch bake.recipe.install.location {
        case .url(let url): source = try TreeSource(url)
        case .directory(let path): source = .directory(path)
        case .image(let path): throw Self.mediumIsNotRead(path, bake.recipe)
        case .builtIn:
            let builder = BuiltInTree(home: bake.home, resources: bake.resources, recipe: bake.recipe)
            source = .directory(try await builder.directory(ignoresCache: bake.options.ignoresCache, channel))
        }
        let tree = try await TreeFetcher().fetch(
            source,
            arch: bake.recipe.architecture.rawValue,
            into: bake.home.trees
        ) { event in
            report(event, channel)
        }
        let version = tree.treeinfo.version
        if let family = tree.treeinfo.family.nilIfEmpty, !bake.recipe.os.accepts(family: family, version: version) {
            let found = ([family] + [version].compactMap { $0 }).joined(separator: " ")
            throw Failure(
                .badRecipe,
                "the tree at \(source) is '\(found)', but the recipe's os is \(bake.recipe.os.rawValue)",
                ["next": "correct 'os' or 'install.location' in \(bake.recipe.file)"]
            )
        }
        return LocatedTree(draft: draft, tree: tree)
    }

    /// Why a bake from a medium does not begin.
    static func mediumIsNotRead(_ path: FilePath, _ recipe: Recipe) -> Failure {
        Failure(
            .badRecipe,
            "\(path) is a medium, and trees on media cannot be read yet",
            ["next": "mount it and name the directory as 'install.location' in \(recipe.file)"]
        )
    }

    private func report(_ event: TreeFetchEvent, _ channel: StageChannel) {
        switch event {
        case .downloading(let file, let received, let total):
            if received == 0 { channel.activity("fetching \(file)") }
            channel.bytes(received, of: total)
        case .retrying(let file, let attempt, let of, let delay, let cause):
            channel.warning("\(file): \(cause); attempt \(attempt) of \(of) in \(delay)")
        case .verified(let file, let checksum):
            channel.activity("\(file) has the digest that .treeinfo gives, \(checksum.algorithm.rawValue)")
        case .reused:
            channel.activity("kernel and initrd are in the cache")
        case .waiting:
            channel.activity("another bake is fetching this tree; waiting for it")
        case .warning(let text):
            channel.warning(text)
        }
    }
}

/// An install tree whose kernel and initrd are here and verified.
struct LocatedTree: StageProduct {
    let draft: RenderedDraft
    let tree: InstallTree

    var summary: String {
        let name = [tree.treeinfo.family, tree.treeinfo.version ?? ""].joined(separator: " ")
        let checked = tree.verified ? "kernel and initrd verified" : "no checksums to verify against"
        return "\(name.trimmingCharacters(in: .whitespaces)) at \(tree.source), \(checked)"
    }
}

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}
