import Foundation
import SystemPackage
import Testing

@testable import Recipes

/// The schema for editors is what the readers read.
@Suite("Schema")
struct SchemaTests {
    private static let schema = RecipeSchema()

    @Test("every key has a description, and every description a key")
    func documented() {
        let read = Self.schema.paths
        let written = KeyDocumentation.all.map(\.path)
        #expect(Set(read).subtracting(written).sorted() == [], "keys without a description")
        #expect(Set(written).subtracting(read).sorted() == [], "descriptions without a key")
        #expect(Set(written).count == written.count)
        for key in KeyDocumentation.all {
            #expect(key.summary.hasSuffix(".") && key.summary.count <= 130, "\(key.path)")
        }
    }

    @Test("every reader says what it takes")
    func known() {
        for path in Self.schema.paths {
            let schema = Self.schema.key(at: path)?.schema
            #expect(!Self.hasUnknown(schema ?? .unknown), "\(path)")
        }
    }

    @Test("the patterns of the schema are those of the rules", arguments: TextRule.withPatterns)
    func patterns(_ name: String, rule: TextRule) throws {
        let pattern = try Regex(#require(rule.pattern))
        for text in TextRule.samples where rule.accepts(text) {
            #expect(text.firstMatch(of: pattern) != nil, "\(name) takes \(text), its pattern does not")
        }
        #expect(TextRule.samples.contains { rule.accepts($0) }, "no sample is \(rule.requirement)")
        #expect(TextRule.samples.contains { $0.firstMatch(of: pattern) == nil })
    }

    @Test(
        "JSON Schema's own schema takes it, it takes every recipe that is right, and none that is wrong",
        .enabled(if: Judges.canRun("ksvalidator"), Judges.reason)
    )
    func judged() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(Self.schema.json.utf8, to: "recipe.schema.json")
        let right = try SampleRecipes.files()
        var wrong: [String] = []
        for (index, text) in Self.wrong.enumerated() {
            wrong.append(try directory.write(text.utf8, to: "wrong-\(index).recipe").string)
        }
        let also = try directory.write(Self.extending.utf8, to: "extending.recipe").string
        let script = """
            import json, sys, yaml
            from jsonschema import Draft202012Validator

            class Loader(yaml.SafeLoader): pass
            for tag in ("!append", "!replace"):
                Loader.add_constructor(tag, lambda loader, node: (
                    loader.construct_sequence(node, True) if isinstance(node, yaml.SequenceNode)
                    else loader.construct_mapping(node, True)))

            schema = json.load(open(sys.argv[1]))
            Draft202012Validator.check_schema(schema)
            validator = Draft202012Validator(schema)
            split = sys.argv.index("--wrong")
            for path in sys.argv[2:split]:
                for error in validator.iter_errors(yaml.load(open(path), Loader)):
                    print("refused", path, list(error.absolute_path), error.message[:300])
            for path in sys.argv[split + 1:]:
                if validator.is_valid(yaml.load(open(path), Loader)):
                    print("taken", open(path).read())
            print("judged", len(sys.argv) - 3)
            """
        let arguments = ["-c", script, file.string] + right.map(\.string) + [also, "--wrong"] + wrong
        let verdict = try await Judges.python().run(arguments)
        #expect(verdict.output == "judged \(right.count + 1 + wrong.count)\n")
    }

    private static func hasUnknown(_ schema: ValueSchema) -> Bool {
        switch schema {
        case .unknown: true
        case .list(let element, _, _, _): hasUnknown(element)
        case .names(_, _, let values, _): hasUnknown(values)
        case .either(let cases): cases.contains(where: hasUnknown)
        case .mapping(let keys): keys.contains { hasUnknown($0.schema) }
        default: false
        }
    }

    private static let start = "version: 1\nname: web\nos: rocky9\n"

    /// A recipe that takes the rest from another one.
    private static let extending = """
        version: 1
        name: web
        extends: [rocky9, ./base.recipe]
        system:
          timezone: {utc: false}
          packages: !replace [nginx, "${{ extra }}"]
          partitions: ~
        machine:
          vcpus: ${{ cpus }}

        """

    /// Each has one mistake that a schema can know.
    private static let wrong: [String] =
        [
            "name: web\nos: rocky9\n", "version: 1\nos: rocky9\n", "version: 1\nname: web\n",
            "version: 2\nname: web\nos: rocky9\n",
            "version: \"${{ v }}\"\nname: web\nos: rocky9\n", "version: 1\nname: a b\nos: rocky9\n",
            "version: 1\nname: web\nos: windows\n",
            "- a\n", "web\n",
        ]
        + [
            "verion: 1", "description:", "description: 7", "description: \"\"", "machine: 7", "machine: {memory: 2}",
            "machine: {memory: 2 Gi}",
            "machine: {vcpus: 0}", "machine: {vcpus: many}", "machine: {disk: {bus: virtio}}",
            "machine: {disk: {size: 10 GiB, bus: ide}}",
            "machine: {network: wifi}", "machine: {tpm: \"true\"}", "machine: {disk: ~}", "install: {deadline: 90}",
            "install: {deadline: 90 m}",
            "install: {pin: {treeinfo: abc}}", "install: {kernel_arguments: quiet}", "install: {post: [{}]}",
            "install: {post: [{script: \"\"}]}", "install: {pre: [{script: x, nochroot: true}]}",
            "install: {files: [{path: /a}]}",
            "install: {repositories: [{url: \"http://x/\"}]}", "system: {partition: []}",
            "system: {partitions: [{mount: /}]}",
            "system: {partitions: [{mount: /, fstype: ntfs, size: 1 GiB}]}", "system: {timezone: {utc: true}}",
            "system: {root_password: secret}", "system: {root_password: {command: x}}",
            "system: {users: [{name: Ada}]}",
            "system: {users: [{name: ada, password: secret}]}", "system: {packages: [a, a]}",
            "system: {firewall: \"on\"}",
            "system: {firewall: {ports: [443]}}", "system: {selinux: off}", "system: {network: {ipv6: maybe}}",
            "system: {network: {mtu: 9}}", "cloud_init: {default_user: ada}", "cloud_init: {disable_root: 1}",
            "cloud_init: {modules: [ssh]}", "sysprep: {enable: machine-id}", "outputs: []", "outputs: [{format: vmdk}]",
            "outputs: [{compression: zstd}]", "publish: [{visibility: everybody}]", "publish: [{properties: {a: 1}}]",
            "publish: [{properties: {\"a b\": c}}]", "publish: {registry: local}",
            "publish: [{keep: 0}]", "publish: [{keep: 2, retire: burn}]", "publish: [{store: \"a b\"}]",
            "publish: [{format: vmdk}]", "publish: [{profile: scs}]",
        ].map { start + $0 + "\n" }
}
