import InstallTrees
import Recipes
import SystemPackage

/// The install tree that a recipe names: where it is, what it must be, and how far a bake trusts it.
///
/// What is wrong with it is said with its place in the recipe.
struct RecipeTree {
    let recipe: Recipe
    let home: Home
    let resources: Resources
    /// Whether a tree over plain http may be used that nothing vouches for.
    var allowsUnverified = false

    /// Where the tree is; nil where it is still to be built.
    func source() throws -> TreeSource? {
        switch recipe.install.location {
        case .url(let url):
            return try placed { () throws(TreeError) in try TreeSource(url) }
        case .directory(let path): return .local(path)
        case .image(let path): return .iso(path)
        case .builtIn:
            let builder = BuiltInTree(home: home, resources: resources, recipe: recipe)
            return try builder.isBuilt() ? .directory(builder.path()) : nil
        }
    }

    /// Whether the tree can be had in moments: what is built or fetched is in the cache, as far as that is known without asking anybody.
    func isAtHand(_ freshness: Freshness) async throws -> Bool {
        switch recipe.install.location {
        case .builtIn: return try BuiltInTree(home: home, resources: resources, recipe: recipe).isUsable(freshness)
        case .directory: return true
        case .image(let path): return try await cached(.iso(path), freshness) != nil
        case .url(let url):
            return try placed { () throws(TreeError) in
                try TreeCache(directory: home.trees).holdsTree(from: url, since: freshness.earliest)
            }
        }
    }

    /// Brings kernel and initrd here and holds the tree against the recipe's pins and its operating system.
    ///
    /// - Parameter freshness: How new it must be to be taken from the cache.
    func fetch(
        _ source: TreeSource,
        _ freshness: Freshness = .any,
        progress: @escaping @Sendable (TreeFetchEvent) -> Void = { _ in }
    ) async throws(Failure) -> InstallTree {
        let tree = try await placed { () async throws(TreeError) in
            try await fetcher(freshness).fetch(
                source,
                arch: recipe.architecture.rawValue,
                into: home.trees,
                pin: recipe.install.pin?.treeinfo,
                medium: medium,
                release: release,
                progress: progress
            )
        }
        prune()
        return tree
    }

    /// What the kernels and initrds of fetched trees may take, some forty trees; built trees and a user's own are not counted.
    private static let cacheLimit: Int64 = 4 << 30

    /// Lets what no bake uses any more go, the longest unused first; a tree in use stays.
    ///
    /// That it cannot be removed harms nobody now.
    private func prune() {
        _ = try? TreeCache(directory: home.trees).prune(toBytes: Self.cacheLimit)
    }

    /// The tree where no more than its `.treeinfo` has to be fetched for it; else nil.
    func cached(_ source: TreeSource, _ freshness: Freshness = .any) async throws(Failure) -> InstallTree? {
        try await placed { () async throws(TreeError) in
            try await fetcher(freshness).cached(
                source,
                arch: recipe.architecture.rawValue,
                in: home.trees,
                pin: recipe.install.pin?.treeinfo,
                medium: medium,
                release: release
            )
        }
    }

    /// What `imagebake pin` writes for this tree: `sha256:` and 64 hexadecimal digits.
    func pin(
        _ source: TreeSource,
        progress: @escaping @Sendable (TreeFetchEvent) -> Void = { _ in }
    ) async throws(Failure) -> String {
        // The old checksum is what is to be replaced; a signature is to be true before anything is pinned.
        var medium = medium
        medium.checksum = nil
        let digest = try await placed { () async throws(TreeError) in
            try await fetcher(.any).pin(
                of: source,
                arch: recipe.architecture.rawValue,
                into: home.trees,
                medium: medium,
                release: release,
                progress: progress
            )
        }
        prune()
        return digest
    }

    private func fetcher(_ freshness: Freshness) -> TreeFetcher {
        var options = TreeFetcher.Options()
        options.notBefore = freshness.earliest
        options.allowsUnverified = allowsUnverified
        return TreeFetcher(options: options)
    }

    /// Also for what is no ISO, so that it is refused there rather than forgotten.
    private var medium: MediumTrust {
        guard let pin = recipe.install.pin else { return MediumTrust() }
        return MediumTrust(
            checksum: pin.checksum.flatMap { Checksum("sha256:\($0)") },
            checksumFile: pin.checksumFile,
            signature: pin.signature,
            key: pin.gpgKey
        )
    }

    private var release: WantedRelease {
        WantedRelease(distribution: recipe.os.distribution, majorVersion: recipe.os.version)
    }

    private func placed<Value>(_ body: () throws(TreeError) -> Value) throws(Failure) -> Value {
        do throws(TreeError) {
            return try body()
        } catch {
            throw Failure(error, in: recipe)
        }
    }

    private func placed<Value>(_ body: () async throws(TreeError) -> Value) async throws(Failure) -> Value {
        do throws(TreeError) {
            return try await body()
        } catch {
            throw Failure(error, in: recipe)
        }
    }
}
