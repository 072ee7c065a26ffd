import InstallTrees
import Recipes
import SystemPackage

/// The install tree that a recipe names: where it is, what it must be, and how far a bake trusts it.
struct RecipeTree {
    let recipe: Recipe
    let home: Home
    let resources: Resources
    /// Whether a tree over plain http may be used that nothing vouches for.
    var allowsUnverified = false

    /// Where the tree is; nil where it is still to be built.
    func source() throws -> TreeSource? {
        switch recipe.install.location {
        case .url(let url): return try TreeSource(url)
        case .directory(let path): return .local(path)
        case .image(let path): return .iso(path)
        case .builtIn:
            let builder = BuiltInTree(home: home, resources: resources, recipe: recipe)
            return try builder.isBuilt() ? .directory(builder.path()) : nil
        }
    }

    /// Brings kernel and initrd here and holds the tree against the recipe's pins and its operating system.
    func fetch(
        _ source: TreeSource,
        progress: @escaping @Sendable (TreeFetchEvent) -> Void = { _ in }
    ) async throws(TreeError) -> InstallTree {
        let tree = try await fetcher.fetch(
            source,
            arch: recipe.architecture.rawValue,
            into: home.trees,
            pin: recipe.install.pin?.treeinfo,
            medium: medium(source),
            progress: progress
        )
        try check(tree, source)
        // What no bake uses any more goes, the longest unused first; this tree is in use. That it cannot be removed harms nobody now.
        _ = try? TreeCache(directory: home.trees).prune(toBytes: Self.cacheLimit)
        return tree
    }

    /// What the kernels and initrds of fetched trees may take, some forty trees; built trees and a user's own are not counted.
    private static let cacheLimit: Int64 = 4 << 30

    /// The tree where no more than its `.treeinfo` has to be fetched for it; else nil.
    func cached(_ source: TreeSource) async throws(TreeError) -> InstallTree? {
        guard let tree = try await fetcher.cached(source, arch: recipe.architecture.rawValue, in: home.trees) else {
            return nil
        }
        try check(tree, source)
        return tree
    }

    /// What `imagebake pin` writes for this tree: `sha256:` and 64 hexadecimal digits.
    func pin(_ source: TreeSource) async throws(TreeError) -> String {
        try await fetcher.pin(of: source, arch: recipe.architecture.rawValue, into: home.trees)
    }

    private var fetcher: TreeFetcher {
        var options = TreeFetcher.Options()
        options.allowsUnverified = allowsUnverified
        return TreeFetcher(options: options)
    }

    private func medium(_ source: TreeSource) -> MediumTrust {
        guard case .iso = source, let pin = recipe.install.pin else { return MediumTrust() }
        return MediumTrust(
            checksum: pin.checksum.flatMap { Checksum("sha256:\($0)") },
            checksumFile: pin.checksumFile,
            signature: pin.signature,
            key: pin.gpgKey
        )
    }

    private func check(_ tree: InstallTree, _ source: TreeSource) throws(TreeError) {
        try tree.treeinfo.release.check(
            distribution: recipe.os.distribution,
            majorVersion: recipe.os.version,
            location: "\(source)"
        )
    }
}
