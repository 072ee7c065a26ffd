import Foundation
import Recipes
import SystemPackage
import TestSupport
import Testing

@testable import Guestfs
@testable import Pipeline

/// From a recipe's steps to those of the appliance.
@Suite("Customising")
struct CustomizingTests {
    private static let recipe = """
        version: 1
        name: web
        os: debian12
        secrets: {word: {env: WORD}}
        customize:
          - write: {path: /etc/a, content: "x ${{ secrets.word }}", mode: "4755", owner: ada, group: "5"}
          - upload: {from: file, to: /etc/b}
          - copy_in: {from: tree, to: /etc/c}
          - edit: {path: /etc/d, match: a, replace: b, missing: append}
          - delete: [/etc/e]
          - mkdir: {path: /etc/f}
          - chmod: {path: /etc/g, mode: "0600", recursive: true}
          - chown: {path: /etc/h, owner: ada}
          - link: {path: /etc/i, target: j}
          - touch: /etc/k
          - truncate: /etc/l
          - run: {script: "echo ${{ secrets.word }}", network: true, limit: 5s}
          - install: {packages: [m], files: [n.deb]}
          - remove: [o]
          - update: all
          - group: {name: p, gid: 7}
          - user: {name: q, password: {secret: word}}
          - password: {user: r, password: {secret: word}}
          - ssh_key: {user: s, keys: [ssh-ed25519 AAAA t]}
          - hostname: u
          - timezone: Europe/Vienna
          - service: {enable: [v], disable: [w], mask: [x]}
          - firstboot: {name: y, script: "true"}
          - relabel: all

        """

    private func steps() throws -> [Customization] {
        let scratch = try Scratch()
        for (name, content) in [("file", "f"), ("n.deb", "d"), ("web.recipe", Self.recipe)] {
            try Data(content.utf8).write(to: URL(filePath: scratch.path.appending(name).string))
        }
        try FileManager.default.createDirectory(
            atPath: scratch.path.appending("tree").string,
            withIntermediateDirectories: true
        )
        let recipe = try RecipeLoader().load(scratch.path.appending("web.recipe"))
        #expect(Set(recipe.customize.map(\.key)) == Set(Recipe.Customization.Key.allCases))
        return try Customizing.steps(recipe.customize, CustomizationSecrets(["word": "it's"], bakeID: "bake"))
    }

    @Test("every kind of step is carried over with its secrets, and nothing is lost")
    func mapping() throws {
        let steps = try steps()
        #expect(steps.map(\.name) == Recipe.Customization.Key.allCases.map(\.rawValue))
        let access = Customization.Access(mode: 0o4755, owner: "ada", group: "5")
        #expect(steps[0].action == .write(path: "/etc/a", contents: Array("x it's".utf8), access: access))
        #expect(
            steps[3].action == .edit(path: "/etc/d", edit: LineEdit(pattern: "a", replacement: "b", missing: .append))
        )
        #expect(
            steps[11].action
                == .script(contents: Array("echo 'it'\\''s'\n".utf8), interpreter: nil, network: true)
        )
        #expect(steps[11].limit == .seconds(5) && steps[12].limit == Customization.standardLimit)
        #expect(
            steps[12].action
                == .install(packages: ["m"], files: [.init(name: "n.deb", contents: Array("d".utf8))], network: true)
        )
        guard case .user(let user) = steps[16].action, case .password("r", let hash?) = steps[17].action else {
            Issue.record("\(steps[16].action)")
            return
        }
        #expect(user.passwordHash?.hasPrefix("$6$") == true && hash.hasPrefix("$6$"))
        #expect(user.passwordHash != hash, "the salt is the account's")
        #expect(steps[21].action == .services(enabled: ["v"], disabled: ["w"], masked: ["x"]))
        #expect(steps[23].action == .relabel(all: true))
        #expect(steps.filter(\.action.usesNetwork).map(\.name) == ["run", "install", "update"])
    }

    @Test("docs/customize.md has every step, and says which run programs of the guest")
    func document() throws {
        let file = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .appending("docs/customize.md")
        let rows = try String(contentsOfFile: file.string, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("| `") }
            .map { row in row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        #expect(rows.map { $0[0] } == Recipe.Customization.Key.allCases.map { "`\($0.rawValue)`" })
        let running = rows.filter { $0.count > 2 && $0[2] == "yes" }.map { $0[0] }
        #expect(running == (try steps()).filter(\.action.runsPrograms).map { "`\($0.name)`" })
    }

    @Test("a failed step is status 81 with its place, its log and its last words")
    func failure() {
        let error = CustomizeError(
            step: 3,
            name: "run",
            place: "web.recipe:9:5",
            reason: "ended with status 1",
            lastLines: ["one", "two"],
            hint: nil
        )
        let failure = Failure(error, log: "/bakes/x/customize/03-run.log")
        #expect(failure.status == .sysprepFailed)
        #expect(failure.message == "customising failed: step 3 ('run'): ended with status 1")
        let details = Dictionary(failure.details.map { ($0.label, $0.text) }) { first, _ in first }
        #expect(details["recipe"] == "web.recipe:9:5" && details["said"] == "one / two")
        #expect(details["log"] == "/bakes/x/customize/03-run.log")
        #expect(details["next"]?.contains("the install is kept") == true)
        #expect(Failure(error, stage: nil).status == .sysprepFailed)
    }
}
