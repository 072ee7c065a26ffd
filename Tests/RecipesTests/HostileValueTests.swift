import Foundation
import SystemPackage
import Testing

@testable import Recipes

/// Texts that are meant to break out of their places, put past the reader's rules into every key that takes a text.
@Suite("Hostile values")
struct HostileValueTests {
    /// What is put into one recipe; a comma would only make two values of one, and Foundation's JSON loses a byte order mark.
    private static let texts = QuotingTests.hostile.filter {
        !$0.isEmpty && !$0.contains(",") && !$0.unicodeScalars.contains("\u{FEFF}")
    }

    private static func recipe(_ text: String, os: OperatingSystem) throws -> Recipe {
        let directory = try TemporaryDirectory()
        let lines = os == .rhel9 ? "install: {location: \"http://10.0.2.2/\"}" : ""
        var recipe = try Variant(os.rawValue, "", lines).load(in: directory)
        recipe.machine.network = .bridge("br0")
        recipe.install.proxy = text
        recipe.install.repositories = [
            .init(
                name: text,
                source: .url(text),
                cost: 1,
                includedPackages: [text],
                excludedPackages: [text],
                gpgKey: text,
                isKept: false
            ),
            .init(
                name: "b",
                source: os == .centos7 ? .mirrorList(text) : .metalink(text),
                cost: nil,
                includedPackages: [],
                excludedPackages: [],
                gpgKey: nil,
                isKept: true
            ),
        ]
        // What stands without an option's name before it is a word by its rule, or it would be an option itself.
        let word = text.hasPrefix("-") ? "word" : text
        recipe.system.locale = word
        recipe.system.keyboard = word
        recipe.system.timezone = .init(name: word, utc: true, ntp: [text])
        recipe.system.network.device = text
        recipe.system.network.hostname = text
        recipe.system.network.ipv6 = .fixed(text)
        recipe.system.network.ipv6Gateway = text
        recipe.system.network.addressing = .fixed(ip: text, netmask: text, gateway: text, nameservers: [text])
        recipe.system.bootloader.append = [text]
        recipe.system.users = [
            .init(
                name: text,
                uid: 1500,
                gecos: text,
                groups: [text],
                shell: text,
                sshKeys: [],
                sudo: false,
                password: .init("ada")
            )
        ]
        recipe.system.services = .init(enabled: [text], disabled: [])
        recipe.system.firewall = .init(enabled: true, services: [text])
        if os.installer.can(.modules) { recipe.system.modules = [.init(name: text, stream: text)] }
        if os == .rhel9 { recipe.system.subscription = .init(organization: text, activationKey: .init("bob")) }
        recipe.system.partitions = [
            .init(
                mount: "/boot",
                fileSystem: .ext4,
                size: ByteCount(mebibytes: 512),
                grow: false,
                maximumSize: nil,
                asPrimary: false,
                label: text,
                mountOptions: text,
                container: .partition
            ),
            .init(
                mount: "/",
                fileSystem: .xfs,
                size: ByteCount(mebibytes: 512),
                grow: true,
                maximumSize: nil,
                asPrimary: false,
                label: text,
                mountOptions: text,
                container: .volumeGroup(word, volume: text)
            ),
        ]
        return recipe
    }

    @Test(
        "pykickstart reads every text back from where it was put",
        .enabled(if: Judges.canRun("ksvalidator"), Judges.reason),
        // The others are made of the same partials.
        arguments: [OperatingSystem.centos7, .rhel9]
    )
    func kickstart(_ os: OperatingSystem) async throws {
        let renderer = try Repository.renderer()
        let recipes = try Self.texts.map { try Self.recipe($0, os: os) }
        let kickstarts = try recipes.map { try renderer.render($0, .sample).kickstart }
        let verdicts = try await Verdicts(kickstarts: kickstarts.map { (os.kickstartVersion, $0) }, clouds: [])
        for ((text, recipe), verdict) in zip(zip(Self.texts, recipes), verdicts.kickstarts) {
            // pykickstart has an opinion on what may be a device, a host, a firewall service; it must not be that of the shell.
            let complaints = verdict.problems.filter { !Self.isOpinion($0, of: text) }
            #expect(complaints == [], "\(text)")
            if verdict.model.isEmpty { continue }
            let expected = ExpectedKickstart(recipe: recipe, values: .sample)
            let differences = expected.differences(from: verdict.model).filter { difference in
                // A leading or trailing space of a list's item is not part of it.
                !(text.trimmingCharacters(in: .whitespaces) != text
                    && ["firewall", "services", "user", "repo", "ntp"].contains { difference.hasPrefix("\($0):") })
            }
            #expect(differences == [], "\(text)")
            let key = (verdict.model["rhsm"] as? [String: Any])?["activation_keys"] as? [String]
            if os == .rhel9 { #expect(key == [RenderValues.sample.secrets["bob"] ?? ""]) }
        }
        // Most texts must have got through, or nothing was tried.
        #expect(verdicts.kickstarts.count { !$0.model.isEmpty } > Self.texts.count / 2)
    }

    private static func isOpinion(_ problem: String, of text: String) -> Bool {
        if problem.contains("hostname") || problem.contains("already been defined") { return true }
        // A firewall with a service of spaces alone is none to it.
        return text.allSatisfy(\.isWhitespace) && problem.contains("One of --disabled or --enabled")
    }

    @Test("sh writes every text into a repository file as it was")
    func repositories() async throws {
        let sh = try #require(Tool("sh"))
        let renderer = try Repository.renderer()
        for text in Self.texts {
            let directory = try TemporaryDirectory()
            var recipe = try ShippedRecipe.rocky9.load()
            recipe.install.proxy = text
            recipe.install.repositories = [
                .init(
                    name: "a b",
                    source: .url(text),
                    cost: 5,
                    includedPackages: [text],
                    excludedPackages: [text],
                    gpgKey: text,
                    isKept: true
                )
            ]
            let kickstart = try renderer.render(recipe, .sample).kickstart
            let section = try #require(kickstart.split(separator: "%post --erroronfail\n").first { $0.contains("rpm") })
            let body = try #require(section.firstRange(of: "\n%end\n")).lowerBound
            let script =
                "rpm() { printf '%s\\0' \"$http_proxy\" \"$https_proxy\" \"$@\"; }\n"
                + section[..<body].replacing("/etc/yum.repos.d", with: directory.path.string)
            let (output, succeeded) = try await sh.run(["-c", script])
            #expect(succeeded, "\(text): \(output)")
            #expect(output == [text, text, "--import", text].map { $0 + "\0" }.joined())
            let file = try String(contentsOfFile: directory.path.appending("a b.repo").string, encoding: .utf8)
            let lines = [
                "[a b]", "name=a b", "baseurl=\(text)", "enabled=1", "gpgcheck=1", "gpgkey=\(text)", "cost=5",
                "includepkgs=\(text)", "exclude=\(text)",
            ]
            #expect(file == lines.map { $0 + "\n" }.joined())
        }
    }

    @Test("a line break is refused in every text of the kickstart")
    func lineBreaks() throws {
        let renderer = try Repository.renderer()
        for text in ["a\nreboot", "a\r", "\u{85}", "a\u{2028}b", "a\u{0}"] {
            let error = #expect(throws: RenderError.self) {
                try renderer.render(Self.recipe(text, os: .rhel9), .sample)
            }
            #expect(error?.code == .unfitValue)
        }
        let changes: [(inout Recipe) -> Void] = [
            { $0.install.proxy = "a\nb" }, { $0.system.users[0].gecos = "a\nb" },
            { $0.system.partitions[0].mountOptions = "a\nb" }, { $0.system.partitions[1].label = "a\nb" },
            { $0.system.partitions[1].container = .volumeGroup("a\nb", volume: "c") },
            { $0.system.modules = [.init(name: "a", stream: "b\nc")] },
            { $0.system.timezone.ntp = ["a\nb"] }, { $0.system.firewall?.services = ["a\nb"] },
            { $0.system.subscription?.organization = "a\nb" }, { $0.install.repositories[0].gpgKey = "a\nb" },
            { $0.system.network.ipv6 = .fixed("a\nb") }, { $0.system.network.ipv6Gateway = "a\nb" },
        ]
        for change in changes {
            var recipe = try Self.recipe("a", os: .rhel9)
            #expect(throws: Never.self) { try renderer.render(recipe, .sample) }
            change(&recipe)
            let error = #expect(throws: RenderError.self) { try renderer.render(recipe, .sample) }
            #expect(error?.code == .unfitValue)
        }
        var values = RenderValues.sample
        values.secrets["bob"] = "hunter2\nreboot"
        let error = #expect(throws: RenderError.self) { try renderer.render(Self.recipe("a", os: .rhel9), values) }
        #expect(error?.message == "the secret 'bob' is not one line of text")
    }

    @Test("no secret is in what may be looked at")
    func secrets() throws {
        let recipe = try Self.recipe("a", os: .rhel9)
        let rendered = try Repository.renderer().render(recipe, .sample)
        let hash = try RenderValues.sample.passwordHash(.init("ada"), of: "a")
        #expect(rendered.kickstart.contains(hash))
        #expect(hash.hasPrefix("$6$") && hash.utf8.count == 4 + 16 + 86)
        let texts = [rendered.scrubbedKickstart, rendered.cloudConfig] + rendered.kernelArguments
        let fingerprint = try Repository.renderer().fingerprintText(recipe)
        for text in texts + [fingerprint.install, fingerprint.seal] {
            for secret in RenderValues.sample.secrets.values + [hash, RenderValues.sample.rootPasswordHash] {
                #expect(!text.contains(secret))
            }
            // Nor as the kickstart would quote it.
            #expect(!text.contains("reboot"))
        }
        // Two accounts with one password, or two bakes, have nothing in common.
        #expect(try RenderValues.sample.passwordHash(.init("ada"), of: "b") != hash)
        var other = RenderValues.sample
        other.bakeID = "other"
        #expect(try other.passwordHash(.init("ada"), of: "a") != hash)
        other.secrets["ada"] = String(repeating: "x", count: RootPasswordHasher.limit + 1)
        #expect(throws: RenderError.self) { try other.passwordHash(.init("ada"), of: "a") }
        other.secrets["ada"] = nil
        let missing = #expect(throws: RenderError.self) { try other.passwordHash(.init("ada"), of: "a") }
        #expect(missing?.message == "the secret 'ada' has no value")
    }
}
