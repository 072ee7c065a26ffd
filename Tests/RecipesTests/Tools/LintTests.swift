import SystemPackage
import Testing

@testable import Recipes

/// What the lints find, and what they leave alone.
@Suite("Lints")
struct LintTests {
    @Test("each lint finds what it is for, at its place, and nothing else does", arguments: LintCase.all)
    func finds(_ example: LintCase) throws {
        let directory = try TemporaryDirectory()
        if let kickstart = example.kickstart {
            _ = try directory.write(kickstart.utf8, to: "own.ks")
        }
        let file = try directory.write(example.recipe.utf8, to: "web.recipe")
        let check = RecipeLoader().check(file, renderer: try Repository.renderer())
        let prefix = directory.path.string + "/"
        let found = check.diagnostics.filter { $0.code != Diagnostic.endOfLife }
            .map { "\($0.file.replacing(prefix, with: "")):\($0.line): \($0.code)" }
        #expect(found == example.expected, "\(check.diagnostics)")
        for problem in check.diagnostics {
            #expect(!"\(problem)".contains("hunter2"), "a password is shown: \(problem)")
        }
    }

    @Test("every lint has an example that it finds")
    func covered() {
        let found = Set(LintCase.all.flatMap(\.expected).compactMap { $0.split(separator: " ").last.map(String.init) })
        #expect(Set(Lint.all.map(\.code)).subtracting(found).subtracting(["unknown-time-zone"]).sorted() == [])
        #expect(Set(Lint.all.map(\.code)).count == Lint.all.count)
    }

    @Test("a recipe that ships has no warning but the news of its end", arguments: ShippedRecipe.allCases)
    func shipped(_ recipe: ShippedRecipe) throws {
        let file = Repository.recipes.appending("\(recipe.rawValue).recipe")
        let check = RecipeLoader().check(file, renderer: try Repository.renderer())
        #expect(check.exitStatus == 0)
        #expect(check.diagnostics.allSatisfy { recipe == .centos7 && $0.code == Diagnostic.endOfLife })
    }

    @Test(
        "a URL is dead, or not",
        arguments: [
            ("http://mirror.centos.org/centos/7/os/x86_64/", true), ("https://mirror.centos.org/", true),
            ("http://mirror.centos.org.example/centos/", false), ("https://mirror.stream.centos.org/9-stream/", false),
            ("http://mirrorlist.centos.org/?release=7", true), ("http://vault.centos.org/7.9.2009/", true),
            ("https://vault.centos.org/7.9.2009/", false), ("https://dl.fedoraproject.org/pub/epel/7/x86_64/", true),
            ("https://dl.fedoraproject.org/pub/epel/9/", false),
            ("https://dl.fedoraproject.org/pub/epel/epel-release-latest-9.noarch.rpm", false),
            ("https://dl.fedoraproject.org/pub/fedora/linux/releases/40/Everything/", true),
            ("https://dl.fedoraproject.org/pub/fedora/linux/releases/44/Everything/", false),
            ("ftp://ftp.debian.org/debian/", true), ("http://ftp.debian.org/debian/", false),
            ("ftp://ftp.example.org/", true),
            ("http://deb.debian.org/debian/", false), ("http://http.debian.net/debian", true), ("not a URL", false),
        ]
    )
    func mirrors(_ url: String, isDead: Bool) {
        #expect(DeadMirror.table.contains { $0.holds(url) } == isDead)
    }
}
