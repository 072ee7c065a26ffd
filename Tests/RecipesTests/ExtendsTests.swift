import Crypto
import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Recipes

/// What becomes of a recipe that extends others.
@Suite("Extending recipes")
struct ExtendsTests {
    /// A base from which only a name is missing.
    static let base = """
        version: 1
        name: base
        description: the base
        os: debian12
        machine: {memory: 1 GiB, vcpus: 4}
        install:
          location: built-in
          kernel_arguments: [quiet, a=1]
          post:
            - script: echo base
        system:
          packages: [git, vim]
          root_password: {env: BASE}
          firewall: disabled
          services: {enabled: [ssh]}
          partitions:
            - {mount: /, fstype: ext4, size: 2 GiB}
        cloud_init:
          default_user: {name: debian, groups: [adm]}
          datasources: [NoCloud, None]
          modules: {config: [ntp, runcmd], final: [final-message]}
        outputs: [{format: qcow2}, {format: raw}]
        publish: [{tags: [base]}]

        """

    /// Reads a recipe of these lines that extends the base.
    private func load(_ lines: String, base: String = Self.base) throws -> Recipe {
        let directory = try TemporaryDirectory()
        try directory.write([
            "web.recipe": "version: 1\nname: web\nextends: base.recipe\n" + lines, "base.recipe": base,
        ])
        return try directory.load()
    }

    @Test("what a recipe says nothing of is that of its base, save what the base itself is")
    func inherited() throws {
        let recipe = try load("")
        #expect(recipe.name == "web")
        #expect(recipe.description == nil)
        #expect(recipe.os == .debian12)
        #expect(recipe.machine.memory == ByteCount(mebibytes: 1024))
        #expect(recipe.machine.vcpus == 4)
        #expect(recipe.system.packages == ["git", "vim"])
        #expect(recipe.outputs.count == 2)
    }

    /// Lines of a recipe, and what they make of the base's values.
    struct Merge: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: String
        let value: @Sendable (Recipe) -> String

        init(_ lines: String, _ expected: String, _ value: @escaping @Sendable (Recipe) -> String) {
            (testDescription, self.expected, self.value) = (lines, expected, value)
        }
    }

    static let merges: [Merge] = [
        Merge("machine: {vcpus: 2}", "1 GiB 2") { "\($0.machine.memory) \($0.machine.vcpus)" },
        Merge("machine: ~", "2 GiB 2") { "\($0.machine.memory) \($0.machine.vcpus)" },
        Merge("machine: !replace {vcpus: 1}", "2 GiB 1") { "\($0.machine.memory) \($0.machine.vcpus)" },
        Merge("system: {packages: [nginx]}", "git vim nginx") { $0.system.packages.joined(separator: " ") },
        Merge("system: {packages: [nginx, git]}", "vim nginx git") { $0.system.packages.joined(separator: " ") },
        Merge("system: {packages: !replace [nginx]}", "nginx") { $0.system.packages.joined(separator: " ") },
        Merge("system: {packages: !append [nginx]}", "git vim nginx") { $0.system.packages.joined(separator: " ") },
        Merge("system: {packages: []}", "git vim") { $0.system.packages.joined(separator: " ") },
        Merge("system: {packages: !replace []}", "") { $0.system.packages.joined(separator: " ") },
        Merge("system: {packages: ~}", "") { $0.system.packages.joined(separator: " ") },
        Merge("system: {firewall: ~}", "nil") { "\($0.system.firewall?.enabled, default: "nil")" },
        Merge("system: {services: {enabled: [nginx]}}", "ssh nginx") {
            $0.system.services.enabled.joined(separator: " ")
        },
        Merge("system: {root_password: {file: /x}}", "file /x") {
            if case .file(let path) = $0.system.rootPassword { "file \(path)" } else { "" }
        },
        Merge("system: {root_password: random}", "random") { $0.system.rootPassword == .random ? "random" : "" },
        Merge("system: {partitions: [{mount: /, fstype: ext3, size: 1 GiB}]}", "ext3") {
            $0.system.partitions.map(\.fileSystem.rawValue).joined(separator: " ")
        },
        Merge("system: {partitions: !append [{mount: /var, fstype: ext3, size: 1 GiB}]}", "/ /var") {
            $0.system.partitions.map(\.mount).joined(separator: " ")
        },
        Merge("install: {kernel_arguments: [a=2, quiet]}", "a=1 a=2 quiet") {
            $0.install.kernelArguments.joined(separator: " ")
        },
        Merge("install: {post: [{script: echo own}]}", "echo base echo own") {
            $0.install.post.map { $0.body.dropLast() }.joined(separator: " ")
        },
        Merge("install: {post: [{script: echo own}, {script: echo base}]}", "echo own echo base") {
            $0.install.post.map { $0.body.dropLast() }.joined(separator: " ")
        },
        Merge("cloud_init: {datasources: [OpenStack]}", "OpenStack") {
            ($0.cloudInit.datasources ?? []).joined(separator: " ")
        },
        Merge("cloud_init: {modules: {config: [ntp]}}", "ntp, final-message") {
            "\($0.cloudInit.modules.config.joined(separator: " ")), \($0.cloudInit.modules.final.joined(separator: " "))"
        },
        Merge("cloud_init: {default_user: {name: ada}}", "ada adm") {
            "\($0.cloudInit.defaultUser.name) \($0.cloudInit.defaultUser.groups.joined(separator: " "))"
        },
        Merge("outputs: [{format: raw}]", "raw") { $0.outputs.map(\.format.rawValue).joined(separator: " ") },
        Merge("publish: [{tags: [own]}]", "own") { $0.publish.flatMap(\.tags).joined(separator: " ") },
        Merge("x: &x {packages: [nginx]}\nsystem:\n  <<: *x\n", "unknown") { _ in "" },
    ]

    @Test("each rule of the table", arguments: merges.dropLast())
    func merge(_ merge: Merge) throws {
        #expect(try merge.value(load(merge.testDescription)) == merge.expected)
    }

    @Test("the table of the documentation is that of the code")
    func documentation() throws {
        let text = try String(
            contentsOfFile: Repository.root.appending("docs/recipe-language.md").string,
            encoding: .utf8
        )
        for (path, rule) in MergeRule.exceptions where rule != .define {
            #expect(text.contains("| `\(path)` | \(rule == .replace ? "replaces" : "appends") |"), "\(path)")
        }
        let rows = text.split(separator: "\n").filter { $0.contains("| replaces |") || $0.contains("| appends |") }
        #expect(rows.count == MergeRule.exceptions.count { $0.rule != .define })
    }

    @Test("merge keys of both sides are resolved before the sides meet")
    func mergeKeys() throws {
        let base = Self.base.replacing(
            "machine: {memory: 1 GiB, vcpus: 4}",
            with: "machine: &m {memory: 1 GiB, vcpus: 4}"
        )
        let lines = "machine:\n  <<: {vcpus: 3, disk: 3 GiB}\n  vcpus: 2\n"
        let machine = try load(lines, base: base).machine
        #expect(machine.vcpus == 2)
        #expect(machine.memory == ByteCount(mebibytes: 1024))
        #expect(machine.disk == ByteCount(mebibytes: 3072))
    }

    @Test("what the top of a recipe merges counts like what stands there")
    func topMergeKeys() throws {
        let directory = try TemporaryDirectory()
        let lines = "<<: {extends: base.recipe, variables: {x: \"nginx\"}, machine: {vcpus: 1}}\n"
        try directory.write([
            "web.recipe": "version: 1\nname: web\n\(lines)system: {packages: [\"${{ x }}\"]}\n",
            "base.recipe": Self.base,
        ])
        let recipe = try directory.load()
        #expect(recipe.machine.vcpus == 1)
        #expect(recipe.system.packages == ["git", "vim", "nginx"])
    }

    @Test("several bases are merged from left to right, and what one removes is removed from those before it")
    func several() throws {
        let directory = try TemporaryDirectory()
        try directory.write([
            "web.recipe": "version: 1\nname: web\nextends: [base.recipe, small, sub/other.recipe]\n",
            "base.recipe": Self.base,
            "shipped/bases/small.recipe": "machine: {memory: 512 MiB}\nsystem: {packages: [nano], firewall: ~}\n",
            "sub/other.recipe": "extends: ../third.recipe\nmachine: {vcpus: 1}\n",
            "third.recipe": "system: {packages: [less], services: ~}\n",
        ])
        let recipe = try directory.load()
        #expect(recipe.machine.memory == ByteCount(mebibytes: 512))
        #expect(recipe.machine.vcpus == 1)
        #expect(recipe.system.packages == ["git", "vim", "nano", "less"])
        #expect(recipe.system.firewall == nil)
        #expect(recipe.system.services.enabled.isEmpty)
    }

    @Test("a base may be reached by two ways")
    func diamond() throws {
        let directory = try TemporaryDirectory()
        try directory.write([
            "web.recipe": "version: 1\nname: web\nextends: [a.recipe, b.recipe]\n",
            "a.recipe": "extends: base.recipe\nmachine: {vcpus: 1}\n",
            "b.recipe": "extends: ./base.recipe\nsystem: {packages: [less]}\n",
            "base.recipe": Self.base,
        ])
        let recipe = try directory.load()
        #expect(recipe.system.packages == ["git", "vim", "less"])
        // The last base that says something of it is b, with the base's word.
        #expect(recipe.machine.vcpus == 4)
    }

    @Test("paths are relative to the file that says them")
    func paths() throws {
        let directory = try TemporaryDirectory()
        try directory.write([
            "web.recipe": "version: 1\nname: web\nextends: sub/base.recipe\n",
            "sub/base.recipe": Self.base.replacing("built-in", with: "trees/debian")
                .replacing("{env: BASE}", with: "{file: keys/root}"),
        ])
        let recipe = try directory.load()
        #expect(recipe.install.location == .directory(directory.path.appending("sub/trees/debian")))
        #expect(recipe.system.rootPassword == .file(directory.path.appending("sub/keys/root")))
    }

    @Test("the digest follows the bases and the given values, and is the file's own where there are none")
    func digest() throws {
        let directory = try TemporaryDirectory()
        let text = "version: 1\nname: web\nextends: base.recipe\nvariables: {x: a}\n"
        try directory.write(["web.recipe": text, "base.recipe": Self.base])
        let first = try directory.load().digest
        #expect(first.count == 64)
        #expect(try directory.load().digest == first)
        #expect(try directory.load(["x": "b"]).digest != first)
        try directory.write(["base.recipe": Self.base + "# more\n"])
        #expect(try directory.load().digest != first)
        try directory.write(["web.recipe": WrongInput.minimal])
        let own = SHA256.hash(data: Array(WrongInput.minimal.utf8)).hexadecimal
        #expect(try directory.load().digest == own)
    }

    @Test("a recipe that extends a shipped one builds on it")
    func shipped() throws {
        let directory = try TemporaryDirectory()
        try directory.write(["web.recipe": "version: 1\nname: web\nextends: debian12\nsystem: {packages: [nginx]}\n"])
        let recipe = try RecipeLoader(shipped: Repository.recipes, environment: [:])
            .load(directory.path.appending("web.recipe"))
        #expect(recipe.system.packages == ["nginx"])
        #expect(recipe.system.partitions.map(\.label) == ["root"])
    }

    @Test("what is no file is no base", .timeLimit(.minutes(2)))
    func notAFile() throws {
        let directory = try TemporaryDirectory()
        try directory.write(["dir.recipe/x": ""])
        #expect(mkfifo(directory.path.appending("pipe.recipe").string, 0o600) == 0)
        #expect(symlink("loop.recipe", directory.path.appending("loop.recipe").string) == 0)
        #expect(symlink("web.recipe", directory.path.appending("link.recipe").string) == 0)
        let expected = [
            ("dir.recipe", "web.recipe:3:10: error: 'extends': 'dir.recipe': is a directory, not a recipe"),
            ("pipe.recipe", "web.recipe:3:10: error: 'extends': 'pipe.recipe': is not a regular file"),
            (
                "loop.recipe",
                "web.recipe:3:10: error: 'extends': 'loop.recipe': is a symbolic link that leads to itself"
            ),
            ("/dev/zero", "web.recipe:3:10: error: 'extends': '/dev/zero': is not a regular file"),
            (
                "link.recipe",
                "web.recipe:3:10: error: 'extends' goes round in a circle: web.recipe -> link.recipe"
            ),
        ]
        for (name, message) in expected {
            try directory.write(["web.recipe": "version: 1\nname: web\nextends: \(name)\n"])
            let (lines, exitStatus) = directory.problems()
            #expect(lines == [message])
            #expect(exitStatus == 65)
        }
    }

    @Test("a chain of 16 recipes is taken, a longer one is not")
    func chain() throws {
        let directory = try TemporaryDirectory()
        func write(_ count: Int) throws {
            try directory.write(["web.recipe": "version: 1\nname: web\nextends: b1.recipe\n"])
            for index in 1..<count { try directory.write(["b\(index).recipe": "extends: b\(index + 1).recipe\n"]) }
            try directory.write(["b\(count).recipe": Self.base])
        }
        try write(15)
        #expect(try directory.load().name == "web")
        try write(16)
        #expect(
            directory.problems().lines == ["b15.recipe:1:10: error: more than 16 recipes extend each other in a row"]
        )
    }

    @Test("the files of a recipe are at most 64 and at most 1 MiB")
    func limits() throws {
        let directory = try TemporaryDirectory()
        func write(_ count: Int, _ text: String = "machine: {vcpus: 1}\n") throws {
            let names = (1...count).map { "b\($0).recipe" }
            try directory.write(Dictionary(uniqueKeysWithValues: names.map { ($0, text) }))
            let list = (names + ["base.recipe"]).joined(separator: ", ")
            try directory.write(["web.recipe": "version: 1\nname: web\nextends: [\(list)]\n", "base.recipe": Self.base])
        }
        try write(62)
        #expect(try directory.load().machine.vcpus == 4)
        try write(63)
        #expect(directory.problems().lines.first?.hasSuffix("the recipe is made of more than 64 files") == true)
        try write(3, "#" + String(repeating: "x", count: 400_000) + "\nmachine: {vcpus: 1}\n")
        #expect(
            directory.problems().lines
                == ["b3.recipe: error: is too large; a recipe and all that it extends have at most 1 MiB"]
        )
    }

    @Test("aliases of aliases in a base are refused soon", .timeLimit(.minutes(2)), arguments: AliasBomb.allCases)
    func bomb(_ bomb: AliasBomb) throws {
        let directory = try TemporaryDirectory()
        try directory.write(["web.recipe": "version: 1\nname: web\nextends: base.recipe\n", "base.recipe": bomb.text])
        let (lines, exitStatus) = directory.problems()
        #expect(lines.contains { $0.hasPrefix("base.recipe:") }, "\(lines)")
        #expect(lines.count <= 200)
        #expect(exitStatus == 65)
    }

    @Test("deep nesting is refused at its place, however it is made", .timeLimit(.minutes(2)), arguments: [0, 1])
    func deep(_ inBase: Int) throws {
        let directory = try TemporaryDirectory()
        let open = String(repeating: "[", count: 65)
        let ten = String(repeating: "[", count: 10_000)
        let chain = (1...2000).map { level in
            "  - &a\(level) " + String(repeating: "[", count: 50) + "*a\(level - 1)" + String(repeating: "]", count: 50)
        }
        let texts = [
            "x: \(open)\(open.replacing("[", with: "]"))\n", "x: \(ten)\n",
            "x: \(ten)\(ten.replacing("[", with: "]"))\n",
            "x:\n  - &a0 [y]\n" + chain.joined(separator: "\n") + "\n",
            (0..<70).map { String(repeating: " ", count: $0) + "k:" }.joined(separator: "\n") + " v\n",
            "x: " + String(repeating: "{k: ", count: 900) + "v" + String(repeating: "}", count: 900) + "\n",
        ]
        for text in texts {
            try directory.write([
                "web.recipe": inBase == 0 ? WrongInput.minimal + text : "version: 1\nname: web\nextends: base.recipe\n",
                "base.recipe": text,
            ])
            let (lines, exitStatus) = directory.problems()
            let file = inBase == 0 ? "web.recipe:" : "base.recipe:"
            #expect(
                lines.count == 1 && lines[0].hasPrefix(file) && lines[0].hasSuffix("is nested too deep"),
                "\(lines)"
            )
            #expect(exitStatus == 65)
        }
        try directory.write([
            "web.recipe": WrongInput.minimal + "x: \(open.dropLast(2))\(String(repeating: "]", count: 63))\n"
        ])
        #expect(directory.problems().lines.map { $0.contains("unknown key 'x'") } == [true])
    }

    @Test("keys that are aliases of many aliases are refused soon, also beside repeated keys", .timeLimit(.minutes(2)))
    func repeatedAliasKeys() throws {
        let directory = try TemporaryDirectory()
        let levels = (1..<30).map {
            "  - &a\($0) [" + Array(repeating: "*a\($0 - 1)", count: 10).joined(separator: ", ") + "]\n"
        }
        let bomb = WrongInput.minimal + "x:\n  - &a0 [x]\n" + levels.joined()
        for text in [bomb + "  - {? *a29 : 1, ? *a29 : 2}\n", bomb + "  - {? *a29 : 1, ? [*a29] : 2}\nb: 1\nb: 2\n"] {
            try directory.write(["web.recipe": text])
            let (lines, exitStatus) = directory.problems()
            #expect(lines.contains { $0.contains("a key must be plain text") }, "\(lines)")
            #expect(exitStatus == 65)
        }
    }
}
