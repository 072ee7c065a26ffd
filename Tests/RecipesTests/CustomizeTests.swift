import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Recipes

/// What `customize` says, and what becomes of it.
@Suite("Customising")
struct CustomizeTests {
    private func recipe(_ steps: String, in directory: borrowing TemporaryDirectory, more: String = "") throws -> Recipe
    {
        let text = WrongInput.minimal + more + "customize:\n" + steps
        return try RecipeLoader().load(directory.write(text.utf8, to: "web.recipe"))
    }

    @Test("steps keep their order, their places and their defaults")
    func right() throws {
        let directory = try TemporaryDirectory()
        mkdir(directory.path.appending("tree").string, 0o700)
        mkdir(directory.path.appending("tree/sub").string, 0o700)
        _ = try directory.write([1, 2], to: "tree/sub/file")
        let program = try directory.write([3], to: "tree/program")
        #expect(chmod(program.string, 0o700) == 0)
        _ = try directory.write([9], to: "x.deb")
        let recipe = try recipe(
            """
              - write: {path: /etc/motd, content: "hello\\n"}
              - copy_in: {from: ./tree, to: /opt/tree}
              - run: {command: [ls, -l, "a b"]}
              - install: [nginx]
              - install: {files: [x.deb]}

            """,
            in: directory
        )
        let root = Recipe.Customization.Access(mode: 0o644, owner: "root", group: "root")
        let own = Recipe.Customization.Access(mode: nil, owner: "root", group: "root")
        let expected: [Recipe.Customization.Step] = [
            .write(path: "/etc/motd", content: .text("hello\n"), access: root),
            .copyIn(
                entries: [
                    .init(path: "program", mode: 0o755, contents: .init(bytes: [3])),
                    .init(path: "sub", mode: 0o755, contents: nil),
                    .init(path: "sub/file", mode: 0o644, contents: .init(bytes: [1, 2])),
                ],
                to: "/opt/tree",
                access: own
            ),
            .run(.command(["ls", "-l", "a b"]), network: false),
            .install(packages: ["nginx"], files: [], network: true),
            .install(packages: [], files: [.init(name: "x.deb", contents: .init(bytes: [9]))], network: false),
        ]
        #expect(recipe.customize.map(\.step) == expected)
        #expect(recipe.customize.map(\.key) == [.write, .copyIn, .run, .install, .install])
        let file = directory.path.appending("web.recipe")
        #expect(recipe.customize.map(\.place) == (13...17).map { "\(file):\($0):5" })
        #expect(recipe.customize.map(\.subject) == ["/etc/motd", "/opt/tree", "ls", "nginx", "x.deb"])
    }

    @Test("a link in a tree, and what is no file, are refused by their names")
    func trees() throws {
        let directory = try TemporaryDirectory()
        let path = { (name: String) in directory.path.appending(name).string }
        for name in ["a", "b", "c"] { mkdir(path(name), 0o700) }
        #expect(symlink("/etc/passwd", path("a/link")) == 0)
        #expect(mkfifo(path("b/pipe"), 0o600) == 0)
        #expect(symlink(path("a"), path("out")) == 0)
        let large = try directory.write([], to: "c/large")
        #expect(truncate(large.string, off_t(InjectedSource.treeLimit) + 1) == 0)
        for (name, message) in [
            ("a", "has 'link', which is a symbolic link"), ("b", "has 'pipe', which is neither a file nor a directory"),
            ("c", "has more than 64 MiB in all"), ("out", "is no directory, or a symbolic link"),
            ("none", "does not exist"),
        ] {
            let error = try #require(throws: RecipeProblems.self) {
                _ = try recipe("  - copy_in: {from: \(name), to: /opt/x}\n", in: directory)
            }
            #expect(error.description.contains(message), "\(error)")
        }
    }

    private static let secrets = "secrets: {word: {env: WORD}, other: {env: OTHER}}\n"

    @Test("variables and secrets stand in files as they are, in scripts as one word")
    func secrets() throws {
        let directory = try TemporaryDirectory()
        let recipe = try recipe(
            """
              - write: {path: /a, content: "x = ${{ secrets.word }}, ${{ name }}\\n"}
              - write: {path: /b, content: {secret: word}}
              - run: {script: "echo ${{ secrets.word }} ${{ name }}"}
              - firstboot: {script: "echo ${{ secrets.other }}"}
              - password: {user: ada, password: {secret: word}}

            """,
            in: directory,
            more: "variables: {name: \"a b\"}\n" + Self.secrets
        )
        #expect(recipe.secrets.map(\.name.name) == ["word", "other"])
        #expect(recipe.customizingSecretNames.map(\.name).sorted() == ["other", "word"])
        let secrets = CustomizationSecrets(["word": "it's $1", "other": "other"], bakeID: "bake")
        func text(_ index: Int) throws -> String {
            switch recipe.customize[index].step {
            case .write(_, let content, _): String(decoding: try secrets.bytes(of: content), as: UTF8.self)
            case .run(.script(let script, _), _), .firstboot(_, _, let script):
                String(decoding: try secrets.bytes(ofScript: script), as: UTF8.self)
            default: ""
            }
        }
        #expect(try text(0) == "x = it's $1, a b\n")
        #expect(try text(1) == "it's $1")
        #expect(try text(2) == "echo 'it'\\''s $1' 'a b'\n")
        #expect(try text(3) == "echo 'other'\n")
        let hashes = try secrets.passwordHashes(of: recipe.customize)
        #expect(hashes.count == 1 && hashes[0].hasPrefix("$6$"))
        let fingerprint = try Repository.renderer().fingerprintText(recipe).customize
        #expect(!fingerprint.contains("it's") && fingerprint.contains("word"))
        let error = #expect(throws: RenderError.self) {
            try CustomizationSecrets([:], bakeID: "bake").bytes(of: .text(SecretToken.token("word")))
        }
        #expect(error?.message == "the secret 'word' has no value")
    }

    @Test("only what customising alone needs is kept out of the install's fingerprint")
    func fingerprints() async throws {
        let directory = try TemporaryDirectory()
        let both = try recipe(
            "  - write: {path: /a, content: {secret: word}}\n  - write: {path: /b, content: {secret: other}}\n",
            in: directory,
            more: Self.secrets
        )
        var shared = both
        shared.system.rootPassword = .secret(Recipe.SecretName("word"))
        #expect(shared.customizingSecretNames.map(\.name) == ["other"])
        let key = Array("a key of this machine".utf8)
        func resolved(_ other: String) async throws -> ResolvedSecrets {
            try await SecretResolver(environment: ["WORD": "same", "OTHER": other])
                .resolve(shared.secrets, customizing: shared.customizingSecretNames, key: key)
        }
        let (first, second) = (try await resolved("first"), try await resolved("second"))
        #expect(first.fingerprint == second.fingerprint)
        #expect(first.customizingFingerprint != second.customizingFingerprint)

        let renderer = try Repository.renderer()
        var changed = both
        changed.customize[0].step = .touch("/c")
        let (before, after) = (try renderer.fingerprintText(both), try renderer.fingerprintText(changed))
        #expect(before.install == after.install && before.seal == after.seal && before.customize != after.customize)
        changed = both
        changed.customize[0].place = "elsewhere"
        #expect(changed == both)
        #expect(try renderer.fingerprintText(changed).customize == before.customize)
    }

    @Test("a base's steps come before the recipe's own")
    func bases() throws {
        let directory = try TemporaryDirectory()
        let base = WrongInput.minimal.replacing("name: web", with: "name: base") + "customize:\n  - touch: /base\n"
        _ = try directory.write(base.utf8, to: "base.recipe")
        let text = "version: 1\nname: web\nextends: base.recipe\ncustomize:\n  - touch: /own\n"
        let recipe = try RecipeLoader().load(directory.write(text.utf8, to: "web.recipe"))
        #expect(recipe.customize.map(\.step) == [.touch("/base"), .touch("/own")])
        #expect(recipe.customize[0].place.hasSuffix("base.recipe:13:5"))
    }

    @Test("lints look at scripts of steps too")
    func lints() throws {
        let directory = try TemporaryDirectory()
        let text =
            WrongInput.minimal
            + "customize:\n  - run:\n      script: |\n        ls\n        echo root:hunter2 | chpasswd\n"
        let file = try directory.write(text.utf8, to: "web.recipe")
        let check = RecipeLoader().check(file, renderer: try Repository.renderer())
        let finding = check.diagnostics.first { $0.code == "plaintext-password" }
        #expect(finding?.line == 16)
    }

    @Test("a file of steps is read like the recipe's key, and takes nothing else")
    func files() throws {
        let directory = try TemporaryDirectory()
        let text =
            "variables: {n: x}\n" + Self.secrets
            + "customize:\n  - write: {path: \"/${{ n }}\", content: {secret: word}}\n"
        let file = try RecipeLoader().loadCustomization(directory.write(text.utf8, to: "steps.yaml"))
        #expect(file.steps.map(\.subject) == ["/x"])
        #expect(file.secrets.map(\.name.name) == ["word"])
        for (text, message) in [
            ("os: debian12\ncustomize: []\n", "unknown key 'os'"), ("variables: {a: b}\n", "'customize' is missing"),
            (
                "customize:\n  - tuoch: /x\n",
                "steps.yaml:2:5: error: unknown key 'tuoch' in 'customize[0]'; did you mean 'touch'?"
            ),
        ] {
            let error = try #require(throws: RecipeProblems.self) {
                _ = try RecipeLoader().loadCustomization(directory.write(text.utf8, to: "steps.yaml"))
            }
            #expect(error.description.contains(message), "\(error)")
        }
    }
}
