import Foundation
import Recipes
import SystemPackage
import TestSupport
import Testing

/// `imagebake init`, by its options and on a terminal.
@Suite("init")
struct InitTests {
    @Test("writes a recipe for each system that validates clean", arguments: OperatingSystem.allCases)
    func flags(_ os: OperatingSystem) async throws {
        let scratch = try Scratch()
        try scratch.write("key.pub", Data("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ada\n".utf8))
        var arguments = [
            "init", "--os", os.rawValue, "--name", "web", "--disk", "12 GiB", "--user", "ada", "--ssh-key", "key.pub",
            "--package",
            "nginx", "--package", "git", "--format", "raw", "--output", "own.recipe",
        ]
        if os.defaultLocation(for: .x86_64) == nil { arguments += ["--location", "/srv/tree"] }
        let made = try await Command.run(arguments, in: scratch.path)
        #expect(made.status == 0, "\(made)")
        #expect(made.output == "own.recipe\n")
        #expect(made.error.contains("next: imagebake build own.recipe"))
        let arguments2 = ["validate"] + (os == .centos7 ? [] : ["--strict"]) + ["own.recipe"]
        let valid = try await Command.run(arguments2, in: scratch.path)
        #expect(valid.status == 0 && valid.error.hasSuffix("own.recipe: valid\n"), "\(valid)")
        let text = String(decoding: try contents(scratch.appending("own.recipe")), as: UTF8.self)
        for part in ["disk: 12 GiB", "name: ada", "ssh-ed25519 AAAAC3", "packages: [nginx, git]", "format: raw"] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(try await Command.run(["fmt", "--check", "own.recipe"], in: scratch.path).status == 0)
    }

    private static let wrongUsages: [([String], String)] = [
        (["init"], "--os and --name are not given"), (["init", "--os", "rocky9"], "--name is not given"),
        (["init", "--os", "rokcy9", "--name", "x"], "did you mean 'rocky9'?"),
        (["init", "--os", "rocky9", "--name", "a b"], "--name: "),
        (["init", "--os", "rocky9", "--name", "x", "--disk", "10"], "--disk: "),
        (["init", "--os", "rocky9", "--name", "x", "--user", "root"], "must not be root"),
        (["init", "--os", "rocky9", "--name", "x", "--package", "a b"], "--package: "),
        (["init", "--os", "rocky9", "--name", "x", "--format", "vmdk"], "--format: "),
        (["init", "--os", "rhel9", "--name", "x"], "--location is not given"),
    ]

    @Test("says what is missing or wrong, and writes nothing", arguments: wrongUsages)
    func wrong(_ arguments: [String], message: String) async throws {
        let scratch = try Scratch()
        let result = try await Command.run(arguments, in: scratch.path)
        #expect(result.status == 64 && result.error.contains(message), "\(result)")
        #expect(scratch.names.filter { $0.hasSuffix("recipe") } == [])
    }

    @Test("a file that is there stays, unless --force is given")
    func existing() async throws {
        let scratch = try Scratch()
        try scratch.write("web.recipe", Data("mine\n".utf8))
        let arguments = ["init", "--os", "debian12", "--name", "web"]
        let refused = try await Command.run(arguments, in: scratch.path)
        #expect(
            refused.status == 64 && refused.error.contains("web.recipe: error: exists already; --force replaces it")
        )
        #expect(try contents(scratch.appending("web.recipe")) == Data("mine\n".utf8))
        #expect(try await Command.run(arguments + ["--force"], in: scratch.path).status == 0)
        #expect(try contents(scratch.appending("web.recipe")) != Data("mine\n".utf8))
    }

    @Test("a private key is refused and not repeated")
    func privateKey() async throws {
        let scratch = try Scratch()
        try scratch.write("id", Data("-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n".utf8))
        let arguments = ["init", "--os", "debian12", "--name", "web", "--ssh-key", "id"]
        let result = try await Command.run(arguments, in: scratch.path)
        #expect(
            result.status == 65 && result.error.contains("ends in .pub") && !result.error.contains("hunter2"),
            "\(result)"
        )
        let missing = try await Command.run(
            ["init", "--os", "debian12", "--name", "web", "--ssh-key", "no"],
            in: scratch.path
        )
        #expect(missing.status == 66 && missing.error.contains("no such file"), "\(missing)")
    }

    @Test("asks on a terminal, once more where an answer will not do")
    func terminal() async throws {
        let scratch = try Scratch()
        try scratch.write("key.pub", Data("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ada\n".utf8))
        let typed = ["rokcy9", "rocky9", "a b", "web", "20 GiB", "", "key.pub", "nginx git", "", ""].map { $0 + "\n" }
            .joined()
        let result = try await Command.onTerminal(["init"], in: scratch.path, typing: typed)
        #expect(result.status == 0, "\(result)")
        for part in [
            "Operating system [debian12]: ", "did you mean 'rocky9'?", "Default user [rocky]: ",
            "next: imagebake build web.recipe",
        ] {
            #expect(result.output.contains(part), "\(part): \(result.output)")
        }
        let text = String(decoding: try contents(scratch.appending("web.recipe")), as: UTF8.self)
        #expect(text.contains("os: rocky9") && text.contains("disk: 20 GiB") && text.contains("packages: [nginx, git]"))
        #expect(try await Command.run(["validate", "--strict", "web.recipe"], in: scratch.path).status == 0)
    }

    @Test("an input that ends is no answer")
    func endOfInput() async throws {
        let scratch = try Scratch()
        let result = try await Command.onTerminal(["init"], in: scratch.path, typing: "rocky9\n\u{4}")
        #expect(result.status == 64 && result.output.contains("nothing was written"), "\(result)")
        #expect(scratch.names.filter { $0.hasSuffix("recipe") } == [])
    }
}
