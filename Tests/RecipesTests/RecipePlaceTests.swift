import Recipes
import SystemPackage
import Testing

/// A recipe knows where its values stand, and what of it does not go together with the command line.
@Suite("Places of a recipe's values")
struct RecipePlaceTests {
    private static let digest = String(repeating: "0", count: 64)

    @Test("an error that only a bake finds can be told with its place, also that of a base")
    func places() throws {
        let directory = try TemporaryDirectory()
        try directory.write([
            "base.recipe":
                "version: 1\nos: rocky9\nname: base\ninstall:\n  pin:\n    treeinfo: \"sha256:\(Self.digest)\"\n",
            "web.recipe": "version: 1\nextends: base.recipe\nname: web\ninstall:\n  location: https://h/9/\n",
        ])
        let file = directory.path.appending("web.recipe")
        let recipe = try RecipeLoader().load(file)
        #expect(recipe.places[.os]?.hasSuffix("base.recipe:2:5") == true)
        #expect(recipe.places[.treeinfo]?.hasSuffix("base.recipe:6:15") == true)
        #expect(recipe.places[.location] == "\(file):5:13")
        #expect(recipe.places[.checksum] == nil)
        var overrides = RecipeOverrides()
        overrides.location = "https://h/8/"
        #expect(try RecipeLoader().load(file, overrides: overrides).places[.location] == "--location")
    }

    @Test(
        "a pin is refused beside a location of the command line that it cannot be about",
        arguments: [
            ("rocky.iso", "checksum: \"sha256:\(digest)\"", "https://h/9/", "checksum"),
            ("rocky.iso", "checksum: \"sha256:\(digest)\"", "/srv/tree", "checksum"),
            ("rocky.iso", "checksum_file: CHECKSUM, gpg_key: key.asc", "https://h/9/", "checksum_file"),
            ("https://h/9/", "treeinfo: \"sha256:\(digest)\"", "/srv/rocky.iso", "treeinfo"),
            ("rocky.iso", "checksum: \"sha256:\(digest)\"", "/srv/other.iso", nil),
            ("https://h/9/", "treeinfo: \"sha256:\(digest)\"", "/srv/tree", nil),
        ] as [(String, String, String, String?)]
    )
    func commandLine(own: String, pin: String, given: String, key: String?) throws {
        let directory = try TemporaryDirectory()
        let text = "version: 1\nos: rocky9\nname: web\ninstall:\n  location: \(own)\n  pin: {\(pin)}\n"
        let file = try directory.write(text.utf8, to: "web.recipe")
        var overrides = RecipeOverrides()
        overrides.location = given
        do {
            _ = try RecipeLoader().load(file, overrides: overrides)
            #expect(key == nil)
        } catch {
            #expect(error.exitStatus == 65)
            let problem = try #require(error.diagnostics.first)
            #expect(problem.line == 6)
            #expect(problem.message.contains("'install.pin.\(key ?? "-")' pins a"), "\(problem)")
            #expect(problem.message.contains("--location"))
        }
    }
}
