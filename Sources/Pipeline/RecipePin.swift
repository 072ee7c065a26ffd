import Foundation
import InstallTrees
public import Recipes
public import SystemPackage

/// Pins a recipe to the install tree or the medium that it finds now.
public struct RecipePin: Sendable {
    /// What was pinned: `treeinfo` or `checksum`.
    public let key: String
    /// The digest: `sha256:` and 64 hexadecimal digits.
    public let digest: String
    /// Whether the recipe had this very pin already.
    public let isUnchanged: Bool

    /// Looks at the tree and writes its digest into the recipe.
    ///
    /// The new text takes the recipe's place only when it reads as the same recipe with that pin.
    /// - Parameters:
    ///   - recipe: The recipe as it was loaded.
    ///   - readers: What shows how far it is; hashing a medium and fetching a tree take their time.
    ///   - reload: Loads the recipe's file from another path beside it.
    /// - Throws: ``Failure``; the file is as it was then.
    public init(
        _ recipe: Recipe,
        home: Home,
        resources: Resources,
        readers: [any EventReader] = [],
        reload: (FilePath) throws -> Recipe
    ) async throws(Failure) {
        let stream = EventStream(bake: "pin", readers: readers)
        let channel = stream.channel(.tree)
        let begin = ContinuousClock.now
        func seconds() -> Double { (ContinuousClock.now - begin) / .seconds(1) }
        channel.emit(.started)
        do {
            try await self.init(checked: recipe, home: home, resources: resources, channel, reload: reload)
            let summary = isUnchanged ? "pinned already" : "'install.pin.\(key)' written"
            channel.emit(.finished(seconds: seconds(), isCached: false, summary: summary))
            stream.emit(.bakeFinished(seconds: seconds(), status: 0))
        } catch {
            let failure = Failure(error)
            channel.emit(.failed(message: failure.message))
            stream.emit(.bakeFinished(seconds: seconds(), status: failure.status.rawValue))
            throw failure
        }
    }

    private init(
        checked recipe: Recipe,
        home: Home,
        resources: Resources,
        _ channel: StageChannel,
        reload: (FilePath) throws -> Recipe
    ) async throws {
        let tree = RecipeTree(recipe: recipe, home: home, resources: resources)
        guard recipe.install.location != .builtIn, let source = try tree.source() else {
            throw Failure(
                .badRecipe,
                "\(recipe.file) builds its tree on the spot, from signed packages; there is nothing to pin"
            )
        }
        let digest = try await tree.pin(source) { $0.report(to: channel) }
        self.digest = digest
        let isMedium = if case .iso = source { true } else { false }
        key = isMedium ? "checksum" : "treeinfo"
        let old = isMedium ? recipe.install.pin?.checksum : recipe.install.pin?.treeinfo
        isUnchanged = old.map(digest.hasSuffix) ?? false
        guard !isUnchanged else { return }

        // A recipe may be a link; what it points to is what is edited.
        let file = FilePath(URL(filePath: recipe.file.string).resolvingSymlinksInPath().path)
        let text = try PinEditor(file: recipe.file).text(pinning: key, to: digest)
        let draft = file.removingLastComponent().appending(
            ".\(file.lastComponent?.string ?? "recipe").\(getpid()).recipe"
        )
        defer { unlink(draft.string) }
        var status = stat()
        let mode = stat(file.string, &status) == 0 ? FilePermissions(rawValue: status.st_mode & 0o777) : .ownerReadWrite
        try Files.write(Data(text.utf8), to: draft, mode: mode)
        var pinned = try reload(draft)
        let found = isMedium ? pinned.install.pin?.checksum : pinned.install.pin?.treeinfo
        pinned.install.pin = recipe.install.pin
        (pinned.file, pinned.digest, pinned.warnings) = (recipe.file, recipe.digest, recipe.warnings)
        guard pinned == recipe, found.map(digest.hasSuffix) == true else {
            throw Failure(
                .badRecipe,
                "\(recipe.file) cannot be changed without changing its meaning",
                ["next": "write 'pin: {\(key): \(digest)}' into 'install' by hand"]
            )
        }
        guard rename(draft.string, file.string) == 0 else {
            throw Files.failure(Errno(rawValue: errno), "cannot replace \(file)")
        }
    }
}
