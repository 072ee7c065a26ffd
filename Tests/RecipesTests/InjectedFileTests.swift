import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Recipes

/// Files of a recipe's that the installer finds: only what lies beside the recipe.
@Suite("Injected files")
struct InjectedFileTests {
    private static func recipe(_ source: String) -> String {
        WrongInput.minimal.replacing(
            "location: built-in",
            with: "location: built-in\n  files: [{source: \"\(source)\", path: /x}]"
        )
    }

    @Test("a file comes with its bytes and permissions, to where the installer finds it")
    func right() throws {
        let directory = try TemporaryDirectory()
        let bytes: [UInt8] = [0, 1, 2, 0xFF, 0x0A]
        mkdir(directory.path.appending("deep").string, 0o700)
        _ = try directory.write(bytes, to: "deep/file")
        for (os, name) in [("debian12", "x"), ("rocky9", "updates/x")] {
            let text =
                "version: 1\nname: web\nos: \(os)\ninstall: {files: [{source: ./deep//file, path: /x, mode: 0750}]}\n"
            let recipe = try RecipeLoader().load(directory.write(text.utf8, to: "web.recipe"))
            let rendered = try Repository.renderer().render(recipe, .sample)
            #expect(rendered.files == [.init(name: name, contents: bytes, mode: 0o750)])
            var other = recipe
            other.install.files[0].contents[0] = 1
            let renderer = try Repository.renderer()
            #expect(try renderer.fingerprintText(recipe).install != renderer.fingerprintText(other).install)
        }
    }

    @Test("what is a link, behind a link, missing, no file or too large is refused")
    func wrong() throws {
        let directory = try TemporaryDirectory()
        let path = { (name: String) in directory.path.appending(name).string }
        let outside = try TemporaryDirectory()
        let secret = try outside.write("secret".utf8, to: "secret")
        #expect(symlink(secret.string, path("link")) == 0)
        #expect(symlink(outside.path.string, path("folder-link")) == 0)
        #expect(mkdir(path("folder"), 0o700) == 0)
        #expect(mkfifo(path("pipe"), 0o600) == 0)
        let large = try directory.write([], to: "large")
        #expect(truncate(large.string, off_t(InjectedSource.limit) + 1) == 0)
        _ = try directory.write([], to: "file")
        let cases = [
            ("link", "is a symbolic link, or lies behind one"), ("none", "does not exist"),
            ("folder-link/secret", "lies behind a file or a symbolic link"), ("folder", "is not a regular file"),
            ("pipe", "is not a regular file"), ("large", "has more than 16 MiB"), ("/dev/zero", "relative path"),
            ("file/x", "lies behind a file or a symbolic link"), ("../secret", "relative path without '..'"),
            ("folder/../../x", "relative path without '..'"), (".", "is a directory"),
        ]
        for (source, message) in cases {
            let problems = try directory.problems(of: Self.recipe(source).utf8).lines
            #expect(problems.count == 1)
            #expect(problems.first?.contains(message) == true, "\(source): \(problems)")
            #expect(
                problems.first?.hasPrefix("web.recipe:6:20: error: 'install.files[0].source'") == true,
                "\(problems)"
            )
        }
    }
}
