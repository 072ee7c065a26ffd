import DiskImages
import Foundation
import Guestfs
import InstallTrees
import Libvirt
public import Publish
public import Recipes
public import SystemPackage

/// One run of the whole pipeline, from a recipe to published images.
public struct Bake: Sendable {
    /// What a bake came to.
    public struct Outcome: Sendable {
        /// The bake's id.
        public let id: String
        /// The images, one for each output and registry.
        public let images: [Image]
        /// Whether the images were there already, so that nothing ran.
        public let isUnchanged: Bool
        /// Where the product is of a bake that was to stop before it publishes.
        public let products: [FilePath]
        /// Keeps those products from being evicted while the value lives.
        let entry: StageCache.Entry?

        init(
            id: String,
            images: [Image] = [],
            isUnchanged: Bool = false,
            products: [FilePath] = [],
            entry: StageCache.Entry? = nil
        ) {
            self.entry = entry
            self.id = id
            self.images = images
            self.isUnchanged = isUnchanged
            self.products = products
        }
    }

    private let recipe: Recipe
    private let options: BakeOptions
    private let home: Home
    private let resources: Resources
    private let room: Room

    /// Creates a bake; runs nothing.
    ///
    /// - Parameter room: What it shares with other bakes of this process; nil for a bake that is alone.
    public init(recipe: Recipe, options: BakeOptions, home: Home, resources: Resources, room: Room? = nil) {
        self.room = room ?? Room(home: home)
        self.recipe = recipe
        self.options = options
        self.home = home
        self.resources = resources
    }

    /// Runs the bake.
    ///
    /// - Parameters:
    ///   - readers: Who is told what happens; the journal on disk is told in any case.
    ///   - leftovers: What the sweep before this bake removed, to be told first.
    /// - Throws: ``Failure``, also for a cancellation (``ExitStatus/interrupted``), after everything half-made is gone.
    public func run(readers: [any EventReader], leftovers: [String] = []) async throws(Failure) -> Outcome {
        try StateLayout.record(in: home.state)
        let store = BakeStore(home: home)
        var (record, lock) = try store.create(name: recipe.name, recipe: recipe.file.string)
        defer { withExtendedLifetime(lock) {} }

        let journal = try Journal(store.directory(record.id).appending("journal.jsonl"))
        let events = EventStream(bake: record.id, readers: readers + [journal])
        events.emit(.bakeStarted(recipe: recipe.file.string))
        for leftover in leftovers { events.emit(.warning(leftover)) }

        let result: Result<Outcome, Failure>
        do {
            result = .success(try await run(id: record.id, events))
        } catch {
            result = .failure(Failure(error).masked(by: events))
        }
        CacheBound(home: home).apply(warn: { events.emit(.warning($0)) })
        record.finished = SteadyTime.now
        switch result {
        case .success(let outcome):
            record.state = .done
            record.status = ExitStatus.done.rawValue
            record.images = outcome.images.map(\.id.description)
            record.documents = ImageDocuments.files(in: store.directory(record.id)).map(\.string)
        case .failure(let failure):
            record.state = failure.status == .interrupted ? .interrupted : .failed
            record.status = failure.status.rawValue
            record.message = failure.message
        }
        let seconds = record.finished?.timeIntervalSince(record.started) ?? 0
        events.emit(.bakeFinished(seconds: seconds, status: record.status ?? 0))
        // The record of a bake that failed for want of space may itself fail; the failure is what counts.
        if case .success = result { try store.save(record) } else { try? store.save(record) }
        return try result.get()
    }

    private func run(id: String, _ events: EventStream) async throws -> Outcome {
        try await withCleanupStack(warn: { events.emit(.warning($0)) }) { cleanup in
            let bake = try await context(id: id, cleanup)
            events.mask(bake.secrets.masker)
            do {
                return try await run(bake, events)
            } catch {
                throw await Aftermath(bake: bake, events: events).handle(error)
            }
        }
    }

    private func run(_ bake: BakeContext, _ events: EventStream) async throws -> Outcome {
        let stages = StageRunner(bake: bake, events: events)
        if !options.stops(before: .publish) {
            let channel = events.channel(.publish)
            try await Registries.with(recipe, home: home, warn: { channel.warning($0) }) { registries in
                try RecipePublications(recipe: recipe, registries: registries).check()
                try await registries.logIn()
            }
        }
        // Without the host there is no bake; that it cannot be reached is said before anything is fetched or built for it.
        if bake.hypervisor.isRemote, !options.stops(before: .install) {
            bake.traces.host = try await bake.hypervisor.connect(home: home).hostVersions()
        }
        let draft = try await stages.perform(RenderStage(), on: recipe)
        if options.stops(before: .tree) { return Outcome(id: bake.id, products: [try await rendered(bake)]) }
        let tree = try await stages.perform(TreeStage(), on: draft)
        // A tree that was built here has no lease of its own.
        let treeLock = FileLock(directory: tree.directory, mode: .shared)
        defer { withExtendedLifetime(treeLock) {} }
        if options.stops(before: .install) { return Outcome(id: bake.id, products: [tree.directory]) }

        async let tools = HostTools.versions(bake.qemuImg, of: bake.traces.host)
        let revisions = await RepositoryRevisions(recipe: recipe, home: home, resources: resources)
            .read(tree.tree, warn: { events.channel(.tree).warning($0) })
        let chain = StageChain(
            stages: stages,
            prints: Fingerprints(
                recipe: recipe,
                text: draft.text,
                tree: tree.tree,
                revisions: revisions,
                secrets: bake.secrets,
                tools: await tools
            ),
            tree: tree,
            cloudConfig: try cloudConfig(bake)
        )
        return try await chain.run(id: bake.id, until: options.until)
    }

    /// Writes the rendered files for somebody to look at, without secrets.
    private func rendered(_ bake: BakeContext) async throws -> FilePath {
        let directory = bake.directory.appending("rendered")
        try await Preview(recipe, home: home, resources: resources).write(to: directory, masking: bake.secrets.masker)
        return directory
    }

    private func cloudConfig(_ bake: BakeContext) throws -> String {
        // The cloud.cfg depends on the recipe alone; the other values are for the kickstart, which is not used here.
        let values = RenderValues(
            rootPasswordHash: bake.secrets.rootPassword.hash,
            location: "cdrom",
            payload: .init(url: "file:///run/install/repo/payload", checksum: String(repeating: "0", count: 64)),
            bakeID: bake.id,
            nonce: "",
            secrets: bake.secrets.secrets.values
        )
        return try bake.renderer.render(recipe, values).cloudConfig
    }

    private func context(id: String, _ cleanup: CleanupStack) async throws -> BakeContext {
        let hypervisor = Hypervisor(connect: options.connect, home: home)
        try GuestAccess.require(hypervisor)
        try MachineSupport.require(recipe, for: hypervisor)
        try WriteAccess.require(home.registry, "the local registry")
        let work = home.work.appending(id)
        try Files.makeDirectory(home.cache)
        try Files.makeDirectory(home.stages)
        try Files.makeDirectory(home.trees)
        try Files.makeDirectory(work)
        cleanup.push("remove \(work)") { try Files.remove(work) }
        return BakeContext(
            id: id,
            recipe: recipe,
            options: options,
            home: home,
            resources: resources,
            cleanup: cleanup,
            cache: StageCache(root: home.stages),
            qemuImg: try QemuImg.find(),
            hypervisor: hypervisor,
            secrets: try await HostSecrets(home: home).resolve(recipe, bakeID: id),
            renderer: try Renderer(templates: resources.templates),
            began: SteadyTime.now,
            room: room
        )
    }
}
