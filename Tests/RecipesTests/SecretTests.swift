import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Recipes

/// Where secrets come from and where they go.
@Suite("Secrets")
struct SecretTests {
    private let key = Array("a key of this machine".utf8)

    private func secret(_ source: Recipe.Secret.Source, _ name: String = "token") -> Recipe.Secret {
        Recipe.Secret(name: Recipe.SecretName(name), source: source, place: "web.recipe:3:5")
    }

    @Test("an environment variable, a file and a program give a value, without one last line break")
    func sources() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("line 1\nline 2\n\n".utf8, to: "secret")
        #expect(chmod(file.string, 0o600) == 0)
        let resolver = SecretResolver(environment: ["TOKEN": "from env\n"])
        let resolved = try await resolver.resolve(
            [
                secret(.environment("TOKEN"), "a"), secret(.file(file), "b"),
                secret(.command(["printf", "%s\\r\\n", "it's $HOME"]), "c"),
                // What it leaves behind holds its output open, and is not waited for.
                secret(.command(["/bin/sh", "-c", "cat; sleep 60 & echo done; echo noise >&2"]), "d"),
            ],
            key: key
        )
        #expect(resolved.values == ["a": "from env\n", "b": "line 1\nline 2\n", "c": "it's $HOME", "d": "done"])
        #expect(resolved.warnings.isEmpty)
        #expect(chmod(file.string, 0o644) == 0)
        let open = try await resolver.resolve([secret(.file(file))], key: key)
        #expect(open.warnings == ["\(file), which holds the secret 'token', can be read by others; chmod 600 it"])
    }

    /// Sources without a value, and what is said of them.
    static let bad: [(Recipe.Secret.Source, SecretError.Code, Int32, String)] = [
        (.environment("NONE"), .missing, 66, "the environment variable NONE is not set"),
        (.environment("EMPTY"), .unfit, 65, "it is empty"),
        (.environment("SHORT"), .unfit, 65, "it has fewer than 4 bytes"),
        (.environment("BLANK"), .unfit, 65, "it is blank"),
        (.environment("LONG"), .unfit, 65, "it has more than 65536 bytes"),
        (.environment("PRIVATE"), .unfit, 65, "a character for private use"),
        (.file("/none/x"), .missing, 66, "/none/x cannot be read"),
        (.file("/dev/zero"), .unfit, 65, "/dev/zero is not a regular file"),
        (.file("/tmp"), .unfit, 65, "/tmp is not a regular file"),
        (.command(["imagebake-no-such-program"]), .missing, 66, "there is no program 'imagebake-no-such-program'"),
        (.command(["/none/program"]), .missing, 66, "there is no program '/none/program'"),
        (.command(["sh", "-c", "echo hunter2; echo hunter2 >&2; exit 3"]), .unreadable, 74, "'sh' failed"),
        (.command(["sh", "-c", "kill -9 $$"]), .unreadable, 74, "'sh' failed"),
        (.command(["true"]), .unfit, 65, "it is empty"),
        (.command(["printf", "hunter2\\000x"]), .unfit, 65, "a NUL byte"),
        (.command(["printf", "hunter2\\377"]), .unfit, 65, "it is not UTF-8"),
        (.command(["sh", "-c", "yes hunter2"]), .unfit, 65, "printed more than 65536 bytes"),
        (.command(["sleep", "60"]), .late, 75, "'sleep' did not end within 1s"),
        (.command(["sh", "-c", "trap '' TERM; sleep 60"]), .late, 75, "'sh' did not end within 1s"),
    ]

    @Test("what gives no value says why, soon and without the value", .timeLimit(.minutes(2)), arguments: bad)
    func failures(
        _ source: Recipe.Secret.Source,
        _ code: SecretError.Code,
        _ status: Int32,
        _ reason: String
    ) async throws {
        let environment = [
            "EMPTY": "", "SHORT": "abc", "BLANK": "     ", "LONG": String(repeating: "hunter2", count: 10_000),
            "PRIVATE": "hunter2\u{E001}",
        ]
        // Only what is late has to wait for its limit; a busy machine needs its time for all else.
        let limit = code == .late ? Duration.seconds(1) : .seconds(60)
        let resolver = SecretResolver(environment: environment, commandLimit: limit)
        let begin = ContinuousClock.now
        let error = await #expect(throws: SecretError.self) { try await resolver.resolve([secret(source)], key: key) }
        #expect(error?.code == code)
        #expect(error?.exitStatus == status)
        #expect(error?.message.hasPrefix("web.recipe:3:5: error: the secret 'token' has no value: ") == true)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        if case .command = source {} else { #expect(error?.message.contains("hunter2") == false) }
        #expect(error?.message.replacing("echo hunter2", with: "").contains("hunter2") == false)
        #expect(ContinuousClock.now - begin < .seconds(50))
    }

    @Test("a fingerprint follows names, values and the key of the machine")
    func fingerprints() async throws {
        func fingerprint(_ name: String, _ value: String, _ key: [UInt8]) async throws -> String {
            let resolver = SecretResolver(environment: ["A": value])
            return try await resolver.resolve([secret(.environment("A"), name)], key: key).fingerprint
        }
        let first = try await fingerprint("a", "value", key)
        #expect(first.count == 64)
        #expect(try await fingerprint("a", "value", key) == first)
        #expect(try await fingerprint("b", "value", key) != first)
        #expect(try await fingerprint("a", "other", key) != first)
        #expect(try await fingerprint("a", "value", key + [1]) != first)
        #expect(try await SecretResolver(environment: [:]).resolve([], key: key).fingerprint == "none")
        await #expect(throws: SecretError.self) { try await SecretResolver().resolve([], key: [1]) }
    }

    @Test("the values do not show when they are printed")
    func description() async throws {
        let resolved = try await SecretResolver(environment: ["A": "hunter2"]).resolve(
            [secret(.environment("A"))],
            key: key
        )
        var dumped = ""
        dump(resolved, to: &dumped)
        #expect(!"\(resolved) \(String(reflecting: resolved)) \(dumped)".contains("hunter2"))
    }

    /// The smallest recipe with a secret in a script and one for root.
    private func recipe() throws -> Recipe {
        let directory = try TemporaryDirectory()
        let text = WrongInput.minimal.replacing(
            "location: built-in",
            with: "location: built-in\n  post:\n    - script: echo ${{ secrets.token }} \"$x\"${{ secrets.other }}"
        )
        .replacing("system:\n", with: "system:\n  root_password: {secret: root}\n")
        let secrets = """
            secrets:
              unused: {env: NOBODY}
              token: {env: TOKEN}
              other: {file: keys/other}
              root: {command: [./ask, root password]}

            """
        try directory.write(["web.recipe": text + secrets])
        let recipe = try directory.load()
        #expect(recipe.secrets.map(\.name.name) == ["token", "other", "root"])
        #expect(recipe.secrets[1].source == .file(directory.path.appending("keys/other")))
        #expect(recipe.secrets[2].source == .command([directory.path.appending("ask").string, "root password"]))
        #expect(recipe.secrets[0].place.hasSuffix("web.recipe:17:3"))
        return recipe
    }

    @Test("a value is a word in the kickstart, hidden in the other one, and in no fingerprint")
    func rendering() throws {
        let recipe = try recipe()
        #expect(recipe.system.rootPassword == .secret(Recipe.SecretName("root")))
        var values = RenderValues.sample
        values.secrets = ["token": "it's\na $(secret)", "other": "0ther", "root": "r00t"]
        let renderer = try Repository.renderer()
        let rendered = try renderer.render(recipe, values)
        #expect(rendered.kickstart.contains("echo 'it'\\''s\na $(secret)' \"$x\"'0ther'\n"))
        #expect(rendered.scrubbedKickstart.contains("echo (hidden) \"$x\"(hidden)\n"))
        let print = try renderer.fingerprintText(recipe)
        #expect(print.install.contains("echo '(secret token)' \"$x\"'(secret other)'"))
        for text in [rendered.scrubbedKickstart, rendered.cloudConfig, print.install, print.seal]
            + rendered.kernelArguments
        {
            for value in ["a $(secret)", "0ther", "r00t"] { #expect(!text.contains(value)) }
        }
        let hasher = RootPasswordHasher(environment: [:], secrets: values.secrets)
        #expect(try hasher.hash(recipe.system.rootPassword, key: key).texts.contains("r00t"))
        #expect(throws: SecretError.self) {
            try RootPasswordHasher(environment: [:]).hash(recipe.system.rootPassword, key: key)
        }
    }

    @Test("a secret that is not given or would end its section is refused without being shown")
    func unfit() throws {
        let recipe = try recipe()
        let renderer = try Repository.renderer()
        for (value, code) in [
            (nil, RenderError.Code.missingSecret), ("hunter2\n%end\n", .unfitValue),
            ("hunter2\n \t%post x", .unfitValue),
            ("hunter2\r%end", .unfitValue), ("hunter2\0", .unfitValue),
        ] as [(String?, RenderError.Code)] {
            var values = RenderValues.sample
            values.secrets = ["other": "0ther", "root": "r00t"]
            values.secrets["token"] = value
            let error = #expect(throws: RenderError.self) { try renderer.render(recipe, values) }
            #expect(error?.code == code)
            #expect(error?.message.contains("hunter2") == false)
        }
    }

    @Test("no recipe can forge what stands for a secret")
    func forged() throws {
        let directory = try TemporaryDirectory()
        for text in ["\"\\uE001token\\uE002\"", "\"\\U0000e001x\\U0000E002\"", "\"\\uE000\""] {
            let recipe = WrongInput.minimal.replacing("built-in", with: "built-in\n  post:\n    - script: \(text)")
            let lines = try directory.problems(of: recipe.utf8).lines
            #expect(
                lines.count == 1 && lines[0].contains("web.recipe:7:15: error: contains the private character U+E00"),
                "\(lines)"
            )
        }
        let key = try directory.problems(of: (WrongInput.minimal + "\"\\uE000x\": 1\n").utf8).lines
        #expect(key.contains { $0.contains("contains the private character U+E000") }, "\(key)")
    }
}
