import SystemPackage
import Testing

@testable import Recipes

/// A pin is written, and nothing else changes.
@Suite("Pins in recipes")
struct PinEditorTests {
    static let digest = "sha256:" + String(repeating: "ab", count: 32)

    /// A recipe before and after; `DIGEST` stands for the digest.
    static let cases: [(before: String, after: String)] = [
        ("name: x\n", "name: x\n\ninstall:\n  pin:\n    treeinfo: DIGEST\n"),
        ("name: x", "name: x\n\ninstall:\n  pin:\n    treeinfo: DIGEST\n"),
        (
            "# top\ninstall:  # here\n  # a tree\n  location: /x # y\nsystem: {}\n",
            "# top\ninstall:  # here\n  pin:\n    treeinfo: DIGEST\n  # a tree\n  location: /x # y\nsystem: {}\n"
        ),
        (
            "install:\n    location: /x\n    pin:\n        # old\n        treeinfo: \"sha256:00\" # why\n",
            "install:\n    location: /x\n    pin:\n        # old\n        treeinfo: \"DIGEST\" # why\n"
        ),
        ("install:\n  pin: {treeinfo: sha256:00}\n", "install:\n  pin: {treeinfo: DIGEST}\n"),
        ("install:\n  pin:\n    checksum: x\n", "install:\n  pin:\n    treeinfo: DIGEST\n    checksum: x\n"),
        (
            "install:\n  description: \"ü\u{1F469}\u{200D}\u{1F680}\"\n",
            "install:\n  pin:\n    treeinfo: DIGEST\n  description: \"ü\u{1F469}\u{200D}\u{1F680}\"\n"
        ),
    ]

    @Test("are written where they belong", arguments: cases)
    func writes(_ before: String, _ after: String) throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(before.utf8, to: "web.recipe")
        let text = try PinEditor(file: file).text(pinning: "treeinfo", to: Self.digest)
        #expect(text == after.replacing("DIGEST", with: Self.digest))
    }

    @Test(
        "are left to the user where no line can be added",
        arguments: [
            "install: {location: /x}\n", "install: &a {}\n", "install: [1]\n", "install:\n  pin: {checksum: x}\n",
        ]
    )
    func refuses(_ text: String) throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(text.utf8, to: "web.recipe")
        let problems = try #require(throws: RecipeProblems.self) {
            try PinEditor(file: file).text(pinning: "treeinfo", to: Self.digest)
        }
        #expect(problems.exitStatus == 65)
        #expect(problems.description.contains("by hand"))
    }
}
