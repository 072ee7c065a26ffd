import Foundation
import SystemPackage
import Testing

@testable import Recipes

/// What docs/recipes.md says is so.
@Suite("Manual")
struct ManualTests {
    @Test("docs/recipes.md is what the code says")
    func document() throws {
        let text = try Manual.text()
        try Golden.expect(text, at: Repository.root.appending("docs/recipes.md"))
        for key in KeyDocumentation.all { #expect(text.contains("| `\(key.path)` |"), "\(key.path)") }
    }

    @Test("each key is in an example of its section", arguments: ManualSection.all.map(\.title))
    func examples(_ title: String) throws {
        let section = try #require(ManualSection.all.first { $0.title == title })
        let used = try section.examples.reduce(into: Set<String>()) { $0.formUnion(try $1.paths()) }
        let unused = Manual.keys(of: section).map(\.path).filter { !used.contains($0) }
        #expect(unused == [], "keys without an example")
    }

    @Test("ksvalidator takes the tutorial's kickstart", .enabled(if: Judges.canRun("ksvalidator"), Judges.reason))
    func tutorial() async throws {
        let file = Repository.fixtures.appending("tutorial-rocky9.recipe")
        let check = RecipeLoader().check(file, renderer: try Repository.renderer())
        #expect(check.diagnostics.isEmpty, "\(check.diagnostics)")
        let recipe = try #require(check.recipe)
        let directory = try TemporaryDirectory()
        let kickstart = try Repository.renderer().render(recipe, .sample).kickstart
        let verdict = try await Judges.require("ksvalidator")
            .run(["-v", "RHEL9", try directory.write(kickstart.utf8, to: "ks.cfg").string])
        #expect(verdict.succeeded, "\(verdict.output)")
        let lines = try Manual.tutorialLines()
        for part in ["logvol /var", "--ip=192.0.2.10", "user --name=ada", "user --name=deploy"] {
            #expect(lines.contains { $0.contains(part) }, "\(part)")
        }
    }

    @Test("docs/lints.md explains every lint, and no other")
    func lints() throws {
        let text = try String(contentsOfFile: Repository.root.appending("docs/lints.md").string, encoding: .utf8)
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("### ") }
            .map { String($0.dropFirst(4).prefix { $0 != " " }) }
        #expect(headings.sorted() == (Lint.all.map(\.code) + Diagnostic.otherCodes).sorted())
    }
}
