import DiskImages
import Foundation
import InstallTrees
import Libvirt
public import Recipes
import Synchronization
import SystemPackage

/// What a bake would do.
public struct Plan: Codable, Sendable {
    /// One stage of the plan.
    public struct Step: Codable, Equatable, Sendable {
        /// What would happen to the stage.
        public enum Action: String, Codable, Sendable {
            /// It runs.
            case run
            /// Its product is in the cache.
            case cached
            /// A later stage's product is in the cache, so this one is not needed.
            case skipped
        }

        /// The stage.
        public let stage: StageName
        /// What would happen.
        public let action: Action
        /// Why, or what it is about.
        public let reason: String
    }

    /// The recipe's name.
    public let recipe: String
    /// The stages in their order.
    public let steps: [Step]
    /// Where each image would go: registry and name.
    public let publishes: [String]
    /// What could not be found out.
    public private(set) var warnings: [String] = []
    /// What the artefacts are known by in the cache; nil where that cannot be known yet.
    private(set) var artefacts: Fingerprint?
    /// What the publication is known by there.
    private(set) var publication: Fingerprint?

    private enum CodingKeys: String, CodingKey {
        case recipe, steps, publishes, warnings
    }

    /// Makes the plan of a bake; runs and fetches nothing but the tree's `.treeinfo`.
    ///
    /// - Parameter options: `connect`, `until`, `refresh`, `maxAge` and `ignoresCache` count. A remote hypervisor is asked for its
    ///   versions.
    public init(
        _ recipe: Recipe,
        options: BakeOptions = BakeOptions(),
        home: Home,
        resources: Resources
    ) async throws(Failure) {
        do {
            try await self.init(checked: recipe, options, home: home, resources: resources)
        } catch {
            throw Failure(error)
        }
    }

    private init(checked recipe: Recipe, _ options: BakeOptions, home: Home, resources: Resources) async throws {
        self.recipe = recipe.name
        publishes =
            options.stops(before: .publish)
            ? [] : recipe.publish.map { "\($0.registry.name): \($0.name ?? recipe.name)" }
        let now = Date()
        let text = try Renderer(templates: resources.templates).fingerprintText(recipe)
        let (tree, treeStep, why) = try await Self.tree(recipe, options, now, home: home, resources: resources)
        let first = [Step(stage: .render, action: .run, reason: "takes milliseconds"), treeStep]
        func whole(_ later: [Step]) -> [Step] {
            (first + later).map { step in
                options.stops(before: step.stage)
                    ? Step(stage: step.stage, action: .skipped, reason: "the bake is to stop before it") : step
            }
        }
        func all(_ reason: String) -> [Step] {
            whole(Self.later.map { Step(stage: $0, action: .run, reason: reason) })
        }
        guard let tree else {
            steps = all(why)
            return
        }
        guard recipe.secrets.isEmpty else {
            // To know their values could mean to run a program that asks somebody for a password.
            steps = all("whether it is cached depends on secrets, which are read only when it runs")
            return
        }
        let hypervisor = Hypervisor(connect: options.connect, home: home)
        var host: HostVersions?
        if hypervisor.isRemote, !options.stops(before: .install) {
            do {
                host = try await hypervisor.connect(home: home).hostVersions()
            } catch {
                let failure = Failure(error)
                guard failure.status != .interrupted else { throw failure }
                let cause = failure.details.first { $0.label == "cause" }.map { ": \($0.text)" } ?? ""
                self.warnings = ["\(failure.message)\(cause)"]
                steps = all(
                    "whether it is cached cannot be known: \(hypervisor.uri), whose QEMU counts, cannot be asked"
                )
                return
            }
        }
        let warnings = Mutex<[String]>([])
        let prints = Fingerprints(
            recipe: recipe,
            text: text,
            tree: tree,
            revisions: await RepositoryRevisions(recipe: recipe, home: home, resources: resources)
                .read(tree, warn: { warning in warnings.withLock { $0.append(warning) } }),
            secrets: try await HostSecrets(home: home).resolve(recipe),
            tools: await HostTools.versions(try QemuImg.find(), of: host)
        )
        self.warnings = warnings.withLock { $0 }
        artefacts = prints.convert
        publication = prints.publish
        let cache = StageCache(root: home.stages)
        var isNeeded = true
        var later: [Step] = []
        for (stage, print) in prints.all.reversed() {
            if options.stops(before: stage) {
                later.append(Step(stage: stage, action: .skipped, reason: "the bake is to stop before it"))
            } else if !isNeeded {
                later.append(Step(stage: stage, action: .skipped, reason: "what follows it is in the cache"))
            } else if options.makesAnew(stage) {
                later.append(Step(stage: stage, action: .run, reason: "it is to be made anew"))
            } else if let entry = cache.entry(stage, print, options.freshness(stage, began: now)) {
                later.append(
                    Step(stage: stage, action: .cached, reason: "nothing that goes into it changed (\(entry.id))")
                )
                isNeeded = false
            } else if cache.entry(stage, print) != nil {
                later.append(Step(stage: stage, action: .run, reason: "what is in the cache is too old"))
            } else {
                let changes = cache.changes(stage, print, recipe: recipe.name)
                later.append(Step(stage: stage, action: .run, reason: Self.reason(changes)))
            }
        }
        steps = whole(later.reversed())
    }

    private static let later: [StageName] = [.install, .sysprep, .convert, .publish]

    private static func reason(_ changes: [String]?) -> String {
        switch changes {
        case nil: "not in the cache"
        case []?: "its product is gone from the cache"
        case let changes?: "changed: " + changes.joined(separator: ", ")
        }
    }

    /// The tree, where it can be had without fetching or building it, and else why the rest must run.
    private static func tree(
        _ recipe: Recipe,
        _ options: BakeOptions,
        _ now: Date,
        home: Home,
        resources: Resources
    ) async throws -> (InstallTree?, Step, String) {
        let missing = "the tree is not in the cache"
        // A plan boots nothing; whether a tree that nobody vouches for may be used is asked of the build.
        let recipeTree = RecipeTree(recipe: recipe, home: home, resources: resources, allowsUnverified: true)
        do {
            guard let source = try recipeTree.source() else {
                return (nil, Step(stage: .tree, action: .run, reason: "builds the Debian tree from packages"), missing)
            }
            if case .builtIn = recipe.install.location {
                let builder = BuiltInTree(home: home, resources: resources, recipe: recipe)
                guard try builder.isUsable(options.freshness(.tree, began: now)) else {
                    let reason = options.makesAnew(.tree) ? "it is to be made anew" : "the one in the cache is too old"
                    return (nil, Step(stage: .tree, action: .run, reason: reason), missing)
                }
            }
            let freshness = options.freshness(.tree, began: now)
            guard let tree = try await recipeTree.cached(source, freshness) else {
                let reason = "takes kernel and initrd from \(source)"
                return (nil, Step(stage: .tree, action: .run, reason: reason), missing)
            }
            switch recipe.install.location {
            case .url, .image: return (tree, Step(stage: .tree, action: .cached, reason: "\(source)"), "")
            case .directory: return (tree, Step(stage: .tree, action: .run, reason: "reads \(source)"), "")
            case .builtIn: return (tree, Step(stage: .tree, action: .cached, reason: "built in \(source)"), "")
            }
        } catch let failure as Failure where failure.status != .interrupted {
            let cause = failure.details.first { $0.label == "cause" }.map { ": \($0.text)" } ?? ""
            let step = Step(stage: .tree, action: .run, reason: "would fail now: \(failure.message)\(cause)")
            return (nil, step, "would not be reached: the tree would fail")
        }
    }
}
