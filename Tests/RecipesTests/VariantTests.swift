import SystemPackage
import Testing
import Yams

@testable import Recipes

/// What the variants cover.
@Suite("Variants")
struct VariantTests {
    @Test("each variant is right", arguments: Variant.all)
    func right(_ variant: Variant) throws {
        let directory = try TemporaryDirectory()
        let recipe = try variant.load(in: directory)
        #expect(recipe.warnings.isEmpty == (recipe.os.obituary == nil))
    }

    @Test("there are variants of every system")
    func systems() {
        #expect(Set(Variant.all.map(\.os)) == Set(OperatingSystem.allCases.map(\.rawValue)))
        #expect(Variant.all.count >= 40)
        #expect(Set(Variant.all.map(\.testDescription)).count == Variant.all.count)
    }

    /// A key with this name is unknown everywhere, and near to no other.
    private static let probe = "zzqqxxkkvv"

    @Test("the variants use every key of every section")
    func everyKey() throws {
        var known: Set<String> = []
        var used: Set<String> = []
        let directory = try TemporaryDirectory()
        for (name, text) in Variant.files { _ = try directory.write(text.utf8, to: name) }
        for variant in Variant.all {
            let root = try #require(try Yams.compose(yaml: variant.text))
            used.formUnion(Self.keys(of: root, at: ""))
            // Every mapping is asked which keys it knows, by one that none does.
            let probed = try Yams.serialize(node: Self.probed(root, at: ""))
            for line in try directory.problems(of: probed.utf8).lines {
                guard let match = line.firstMatch(of: /unknown key '\w+'(?: in '(.*)')?; known here: (.*)$/) else {
                    continue
                }
                let path = (match.1.map(String.init) ?? "").replacing(/\[\d+\]/, with: "[]")
                for key in match.2.split(separator: ", ") { known.insert(path.isEmpty ? "\(key)" : "\(path).\(key)") }
            }
        }
        // What recipes are made of is not what installs are, nor is what follows them: those have tests of their own.
        let others: Set = ["verify", "extends", "variables", "secrets", "customize"]
        #expect(known.count > 100)
        let sections = known.filter { !$0.hasPrefix("secrets.") }
        #expect(sections.subtracting(used).subtracting(others) == [])
    }

    private static func keys(of node: Node, at path: String) -> [String] {
        switch node {
        case .mapping(let mapping):
            mapping.flatMap { key, value in
                let name = key.string ?? ""
                let below = path.isEmpty ? name : "\(path).\(name)"
                return [below] + keys(of: value, at: below)
            }
        case .sequence(let sequence): sequence.flatMap { keys(of: $0, at: path + "[]") }
        case .scalar, .alias: []
        }
    }

    private static func probed(_ node: Node, at path: String) -> Node {
        switch node {
        case .mapping(let mapping):
            var pairs = mapping.map { key, value in
                (key, probed(value, at: path.isEmpty ? key.string ?? "" : "\(path).\(key.string ?? "")"))
            }
            // The names of properties are free.
            if !path.hasSuffix(".properties") { pairs.append((Node(probe), Node("x"))) }
            return Node(pairs, mapping.tag, mapping.style)
        case .sequence(let sequence):
            return Node(sequence.map { probed($0, at: path + "[]") }, sequence.tag, sequence.style)
        case .scalar, .alias: return node
        }
    }
}
