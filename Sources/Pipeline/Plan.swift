import DiskImages
import Foundation
import InstallTrees
public import Recipes
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

    /// Makes the plan of a bake; runs and fetches nothing but the tree's `.treeinfo`.
    public init(_ recipe: Recipe, home: Home, resources: Resources) async throws(Failure) {
        do {
            try await self.init(checked: recipe, home: home, resources: resources)
        } catch {
            throw Failure(error)
        }
    }

    private init(checked recipe: Recipe, home: Home, resources: Resources) async throws {
        self.recipe = recipe.name
        publishes = recipe.publish.map { "\($0.registry.rawValue): \($0.name ?? recipe.name)" }
        let text = try Renderer(templates: resources.templates).fingerprintText(recipe)
        let (tree, treeStep, why) = try await Self.tree(recipe, home: home, resources: resources)
        var steps = [Step(stage: .render, action: .run, reason: "takes milliseconds"), treeStep]
        guard let tree else {
            steps += [StageName.install, .sysprep, .convert, .publish].map {
                Step(stage: $0, action: .run, reason: why)
            }
            self.steps = steps
            return
        }
        guard recipe.secrets.isEmpty else {
            // To know their values could mean to run a program that asks somebody for a password.
            let reason = "whether it is cached depends on secrets, which are read only when it runs"
            self.steps =
                steps
                + [StageName.install, .sysprep, .convert, .publish].map {
                    Step(stage: $0, action: .run, reason: reason)
                }
            return
        }
        let prints = Fingerprints(
            recipe: recipe,
            text: text,
            tree: tree,
            secrets: try await HostSecrets(home: home).resolve(recipe),
            tools: await HostTools.versions(try QemuImg.find())
        )
        let cache = StageCache(root: home.stages)
        var isNeeded = true
        var later: [Step] = []
        for (stage, print) in [
            (StageName.publish, prints.publish), (.convert, prints.convert), (.install, prints.install),
        ] {
            if stage == .install { later.append(Self.sysprep(isNeeded)) }
            if !isNeeded {
                later.append(Step(stage: stage, action: .skipped, reason: "what follows it is in the cache"))
            } else if cache.entry(stage, print) != nil {
                later.append(Step(stage: stage, action: .cached, reason: "nothing that goes into it changed"))
                isNeeded = false
            } else {
                later.append(Step(stage: stage, action: .run, reason: Self.reason(cache.changes(stage, print))))
            }
        }
        self.steps = steps + later.reversed()
    }

    private static func sysprep(_ isNeeded: Bool) -> Step {
        isNeeded
            ? Step(stage: .sysprep, action: .run, reason: "its product is kept as the converted artefact only")
            : Step(stage: .sysprep, action: .skipped, reason: "what follows it is in the cache")
    }

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
            guard let tree = try await recipeTree.cached(source) else {
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
