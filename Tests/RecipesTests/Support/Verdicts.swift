import Foundation
import SystemPackage
import Testing

@testable import Recipes

/// What pykickstart and cloud-init make of rendered files; many at once, since starting them takes half a second.
struct Verdicts: Sendable {
    /// What was made of one kickstart.
    struct Kickstart: Sendable {
        /// Errors and warnings.
        let problems: [String]

        /// The commands as pykickstart's handler holds them, in JSON.
        fileprivate let json: Data

        /// The commands as pykickstart's handler holds them, ready to be compared.
        var model: [String: NSObject] {
            (try? JSONSerialization.jsonObject(with: json)) as? [String: NSObject] ?? [:]
        }

        /// The commands of which ksflatten makes something else.
        let flattened: [String]

        /// The scripts.
        let scripts: [Script]
    }

    /// A script of a kickstart.
    struct Script: Decodable, Sendable {
        let interpreter: String
        let body: String
    }

    let kickstarts: [Kickstart]

    /// The errors in each cloud.cfg.
    let clouds: [[String]]

    /// Asks the judges.
    init(kickstarts: [(version: String, text: String)], clouds: [String]) async throws {
        let request: [String: Any] = [
            "kickstarts": kickstarts.map { ["version": $0.version, "text": $0.text] }, "clouds": clouds,
        ]
        let input = try #require(String(data: JSONSerialization.data(withJSONObject: request), encoding: .utf8))
        let script = Repository.fixtures.appending("judge.py").string
        let (output, succeeded) = try await Judges.python().run([script], input: input)
        try #require(succeeded, "\(output)")
        let answer = try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        self.clouds = try #require(answer["clouds"] as? [[String]])
        self.kickstarts = try #require(answer["kickstarts"] as? [[String: Any]]).map { kickstart in
            Kickstart(
                problems: kickstart["problems"] as? [String] ?? [],
                json: try JSONSerialization.data(withJSONObject: kickstart["model"] as? [String: Any] ?? [:]),
                flattened: kickstart["flattened"] as? [String] ?? ["no answer"],
                scripts: try JSONDecoder().decode(
                    [Script].self,
                    from: JSONSerialization.data(withJSONObject: kickstart["scripts"] ?? [])
                )
            )
        }
    }
}

/// A recipe, what it was rendered to, and what is said about that.
struct Judged: Sendable {
    let name: String
    let recipe: Recipe
    let values: RenderValues
    let rendered: RenderedRecipe

    private init(_ name: String, _ recipe: Recipe, _ renderer: Renderer, _ values: RenderValues = .sample) throws {
        self.name = name
        self.recipe = recipe
        self.values = values
        rendered = try renderer.render(recipe, values)
    }

    /// Every recipe that ships, also with its tree on a medium, the fixtures and the variants, with what is said about them; the judges are asked once.
    static let all = Task {
        let all = try renderAll()
        let verdicts = try await Verdicts(
            kickstarts: all.map { ($0.recipe.os.kickstartVersion, $0.rendered.kickstart) },
            clouds: all.map(\.rendered.cloudConfig)
        )
        return (all, verdicts)
    }

    private static func renderAll() throws -> [Judged] {
        let renderer = try Repository.renderer()
        var all = try ShippedRecipe.allCases.flatMap { shipped in
            let recipe = try shipped.load()
            return [
                try Judged(shipped.rawValue, recipe, renderer),
                try Judged("\(shipped.rawValue) from a medium", recipe, renderer, .medium),
            ]
        }
        for name in ["everything-centos7", "everything-debian12"] {
            let recipe = try RecipeLoader().load(Repository.fixtures.appending("\(name).recipe"))
            all.append(try Judged(name, recipe, renderer))
        }
        let directory = try TemporaryDirectory()
        for variant in Variant.all {
            all.append(try Judged(variant.testDescription, try variant.load(in: directory), renderer))
        }
        return all
    }
}
