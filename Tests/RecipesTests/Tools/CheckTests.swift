import SystemPackage
import Testing

@testable import Recipes

/// What `validate` finds beyond the reading of a recipe: in templates, in what they render to, and beside errors.
@Suite("Checks of recipes")
struct CheckTests {
    private static let kickstart = """
        {{% CONTENT_TYPE:KICKSTART}}
        rootpw --iscrypted {{root_password_hash}}
        {{> kickstart/disk}}
        poweroff
        {{> kickstart/scripts}}

        """

    /// The lines that are said of a recipe with files beside it, without the directory.
    private func lines(_ text: String, _ files: [String: String]) throws -> [String] {
        let directory = try TemporaryDirectory()
        for (name, text) in files { _ = try directory.write(text.utf8, to: name) }
        let file = try directory.write(("version: 1\nname: web\nos: rocky9\n" + text).utf8, to: "web.recipe")
        let check = RecipeLoader().check(file, renderer: try Repository.renderer())
        return check.diagnostics.map { "\($0)".replacing("\(directory.path)/", with: "") }
    }

    @Test(
        "a key that a template of one's own passes over is an error at its place",
        arguments: [
            ("packages: [nginx]", "system.packages"), ("locale: de_DE.UTF-8", "system.locale"),
            ("firewall: enabled", "system.firewall"), ("users: [{name: ada, sudo: true}]", "system.users"),
            ("services: {enabled: [nginx]}", "system.services.enabled"), ("x11: true", "system.x11"),
            ("network: {hostname: a}", "system.network.hostname"), ("timezone: {name: UTC}", "system.timezone.name"),
        ]
    )
    func ignored(_ line: String, key: String) throws {
        let text = "install: {kickstart_template: own.ks}\nsystem:\n  \(line)\n"
        let expected = "'\(key)' has no effect: the template own.ks does not use it; use it there, or remove it"
        let found = try lines(text, ["own.ks": Self.kickstart])
        #expect(found.count(where: { $0.hasPrefix("web.recipe:6:") && $0.hasSuffix(expected) }) == 1, "\(found)")
    }

    @Test("what a template uses is no error")
    func used() throws {
        let text =
            "install: {kickstart_template: own.ks, post: [{script: echo}]}\nsystem:\n  users: [{name: ada, sudo: true}]\n"
        let own = Self.kickstart.replacing("poweroff", with: "{{> kickstart/accounts}}\npoweroff")
        #expect(try lines(text, ["own.ks": own]).filter { $0.contains("no effect") } == [])
    }

    @Test("a key that a cloud.cfg template passes over is an error")
    func ignoredByCloudConfig() throws {
        let template = "{{% CONTENT_TYPE:YAML}}\n#cloud-config\nusers: [default]\n"
        let text = "cloud_init:\n  template: own.cfg\n  ssh_pwauth: false\n"
        let found = try lines(text, ["own.cfg": template])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("web.recipe:6:15: error: 'cloud_init.ssh_pwauth' has no effect") == true)
    }

    @Test(
        "a cloud.cfg that cloud-init could not use is refused, given or rendered",
        arguments: [
            ("users: 5\n", "'users' must be text or a list or a mapping, not a number"),
            ("a: [\n", "is not YAML"), ("- a\n", "a cloud.cfg is a mapping, not a list"),
            ("runcmd: {a: b}\n", "'runcmd' must be a list, not a mapping"),
            ("system_info: x\n", "'system_info' must be a mapping, not text"),
            ("ssh_pwauth: [a]\n", "'ssh_pwauth' must be a plain value, not a list"),
        ]
    )
    func cloudConfig(_ text: String, message: String) throws {
        let isYAML = message != "is not YAML"
        let given = try lines("cloud_init: {file: own.cfg}\n", ["own.cfg": text])
        #expect(given.count == 1 && given.first?.contains(isYAML ? message : "own.cfg:") == true, "\(given)")
        let template = "{{% CONTENT_TYPE:YAML}}\n" + text
        let rendered = try lines("cloud_init: {template: own.cfg}\n", ["own.cfg": template])
        #expect(rendered.count == 1 && rendered.first?.contains(isYAML ? message : "own.cfg") == true, "\(rendered)")
        #expect(rendered.first?.hasPrefix("web.recipe:4:24: error: ") == true)
    }

    @Test(
        "a value of the command line that no recipe could have is told as such",
        arguments: [
            ("memory", "lots", false), ("memory", "2 GiB", true), ("location", "", false),
            ("location", "http://[::1", false), ("location", "built-in", true), ("location", "tree", true),
            ("deadline", "soon", false), ("deadline", "45m", true), ("name", "a b", false), ("vcpus", "0", false),
            ("vcpus", "4", true),
        ]
    )
    func overrides(_ option: String, value: String, isRight: Bool) {
        var overrides = RecipeOverrides()
        switch option {
        case "memory": overrides.memory = value
        case "location": overrides.location = value
        case "deadline": overrides.deadline = value
        case "name": overrides.name = value
        default: overrides.vcpus = Int(value)
        }
        #expect(overrides.problem == nil || !isRight)
        #expect(overrides.problem?.contains("'--\(option)'") ?? isRight, "\(overrides.problem ?? "")")
    }

    @Test("a file's name cannot forge a line of a message")
    func names() {
        let diagnostic = Diagnostic(file: "a\nb.recipe", line: 1, column: 1, message: "x")
        #expect("\(diagnostic)" == "a\\nb.recipe:1:1: error: x")
    }

    @Test("a right cloud.cfg is taken")
    func rightCloudConfig() throws {
        let text = "users:\n  - default\nssh_pwauth: no\nruncmd:\n"
        #expect(try lines("cloud_init: {file: own.cfg}\n", ["own.cfg": text]) == [])
    }

    @Test("each problem of a template is one diagnostic with its line and the file as it was named")
    func templates() throws {
        let own = "{{% CONTENT_TYPE:KICKSTART}}\nlang {{lcale}}\n{{nothing}}\npoweroff\n"
        #expect(
            try lines("install: {kickstart_template: own.ks}\n", ["own.ks": own]) == [
                "own.ks:2:1: error: nobody defines 'lcale'; did you mean 'locale'?",
                "own.ks:3:1: error: nobody defines 'nothing'",
            ]
        )
        #expect(
            try lines("install: {kickstart_template: own.ks}\n", ["own.ks": "poweroff\n{{#x11}}\n"])
                == ["own.ks:2:1: error: section 'x11' is not closed"]
        )
    }

    @Test("what the text alone shows is said beside errors")
    func besideErrors() throws {
        let text = """
            pakages: []
            install:
              location: http://mirror.example.org/9/
              post:
                - script: |
                    echo root:hunter2 | chpasswd

            """
        let found = try lines(text, [:])
        #expect(found.count == 3)
        #expect(found.contains { $0.contains("unknown key 'pakages'") })
        #expect(found.contains { $0.hasPrefix("web.recipe:6:13: warning: the install tree comes over plain http") })
        #expect(found.contains { $0.hasPrefix("web.recipe:9:1: warning: a password in plain text") })
        let own = "rootpw hunter2\npoweroff\n"
        let beside = try lines("install: {kickstart: own.ks}\n", ["own.ks": own])
        #expect(beside.contains { $0.contains("must write @{stamp}") })
        #expect(beside.contains { $0.hasPrefix("own.ks:1:1: warning: 'rootpw' without --iscrypted") })
        #expect(beside.count == 2, "\(beside)")
    }
}
