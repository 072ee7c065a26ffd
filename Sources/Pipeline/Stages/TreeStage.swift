import Foundation
import InstallTrees
import Recipes
import SystemPackage

/// Fetches kernel and initrd and verifies them; the Debian tree is built on the spot.
struct TreeStage: Stage {
    static let name = StageName.tree

    func run(_ draft: RenderedDraft, _ bake: BakeContext, _ channel: StageChannel) async throws -> LocatedTree {
        let recipeTree = RecipeTree(
            recipe: bake.recipe,
            home: bake.home,
            resources: bake.resources,
            allowsUnverified: bake.options.allowsUnverifiedTree
        )
        let freshness = bake.options.freshness(.tree, began: bake.began)
        // Where the tree takes minutes, the install cannot be cached: rather now than after them it is said that no guest can run.
        if try await !recipeTree.isAtHand(freshness), !bake.options.stops(before: .install) {
            try await bake.requireHypervisor(channel)
        }
        let source: TreeSource
        if case .builtIn = bake.recipe.install.location {
            let builder = BuiltInTree(home: bake.home, resources: bake.resources, recipe: bake.recipe)
            source = .directory(try await builder.directory(freshness: freshness, channel))
        } else if let named = try recipeTree.source() {
            source = named
        } else {
            throw Failure(.bug, "a tree that is not built in has no source")
        }
        let tree = try await recipeTree.fetch(source, freshness) { event in
            event.report(to: channel)
        }
        if tree.trust == .unverified {
            channel.warning("nothing vouches for the tree at \(source); it is used all the same")
        }
        return LocatedTree(draft: draft, tree: tree)
    }
}

/// An install tree whose kernel and initrd are here and verified.
struct LocatedTree: StageProduct {
    let draft: RenderedDraft
    let tree: InstallTree

    /// Where its files are on this machine.
    var directory: FilePath {
        if case .directory(let path) = tree.source { return path }
        return tree.kernel.removingLastComponent()
    }

    var summary: String {
        let name = [tree.treeinfo.family, tree.treeinfo.version ?? ""].joined(separator: " ")
        let checked =
            switch (tree.trust, tree.verified) {
            case (.signed, _): "verified by a signed checksum"
            case (.pinned, _): "verified by the recipe's pin"
            case (_, true): "kernel and initrd verified"
            case (_, false): "no checksums to verify against"
            }
        return "\(name.trimmingCharacters(in: .whitespaces)) at \(tree.source), \(checked)"
    }
}
