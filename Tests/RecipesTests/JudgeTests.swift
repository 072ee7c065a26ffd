import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Recipes

/// What other projects say about the files that recipes are rendered to: all that ship, the fixtures, and the variants.
@Suite("Judges")
struct JudgeTests {
    @Test(
        "pykickstart takes every kickstart, without a warning",
        .enabled(if: Judges.canRun("ksvalidator"), Judges.reason)
    )
    func kickstarts() async throws {
        let (all, verdicts) = try await Judged.all.value
        for (judged, verdict) in zip(all, verdicts.kickstarts) {
            #expect(verdict.problems == [], "\(judged.name)")
        }
        #expect(all.count >= 2 * 14 + 40)
    }

    @Test(
        "pykickstart reads every kickstart as what the recipe says",
        .enabled(if: Judges.canRun("ksvalidator"), Judges.reason)
    )
    func models() async throws {
        let (all, verdicts) = try await Judged.all.value
        for (judged, verdict) in zip(all, verdicts.kickstarts) {
            // What a template or a kickstart of the user's own says is not ours to foresee.
            if judged.recipe.install.kickstart != nil || judged.recipe.install.kickstartTemplate != nil { continue }
            let expected = ExpectedKickstart(recipe: judged.recipe, values: judged.values)
            #expect(expected.differences(from: verdict.model) == [], "\(judged.name)")
            let label = judged.recipe.system.diskLabel?.kickstartName ?? ""
            #expect((verdict.model["clearpart"] as? [String: Any])?["disklabel"] as? String == label)
            let subscription = verdict.model["rhsm"] as? [String: Any]
            let organization = judged.recipe.system.subscription?.organization ?? ""
            #expect(subscription?["organization"] as? String ?? "" == organization)
            // pykickstart prints the name of a user without escaping the quotes in it, so ksflatten cannot read that again.
            if judged.recipe.system.users.contains(where: { $0.gecos?.contains { "\"'".contains($0) } == true }) {
                continue
            }
            #expect(verdict.flattened == [], "\(judged.name)")
        }
    }

    @Test("cloud-init's schema takes every cloud.cfg", .enabled(if: Judges.canRun("cloud-init"), Judges.reason))
    func cloudConfigs() async throws {
        let (all, verdicts) = try await Judged.all.value
        for (judged, problems) in zip(all, verdicts.clouds) { #expect(problems == [], "\(judged.name)") }
    }

    @Test(
        "shellcheck has nothing against any script",
        .enabled(if: Judges.canRun("ksvalidator") && Judges.canRun("shellcheck"), Judges.reason)
    )
    func scripts() async throws {
        let (_, verdicts) = try await Judged.all.value
        let output = try await Self.shellcheck(verdicts.kickstarts.flatMap(\.scripts))
        #expect(output == "")
    }

    // Each judge must be able to refuse.

    @Test("a command of another release is refused", .enabled(if: Judges.canRun("ksvalidator"), Judges.reason))
    func wrongRelease() async throws {
        let rocky = try ShippedRecipe.rocky9.rendered().kickstart
        let verdicts = try await Verdicts(
            kickstarts: [
                ("RHEL9", try ShippedRecipe.centos7.rendered().kickstart),
                // Deprecated there, which ksvalidator only warns of.
                ("RHEL8", "install\n" + (try ShippedRecipe.rocky8.rendered().kickstart)),
                ("RHEL9", rocky.replacing("timezone UTC --utc", with: "timezone UTC --isUtc")),
                ("RHEL10", "module --name=nodejs --stream=20\n" + (try ShippedRecipe.rocky10.rendered().kickstart)),
                ("RHEL9", rocky.replacing("%end", with: "")),
                ("RHEL9", rocky.replacing(" --grow", with: " --gorw")),
            ],
            clouds: []
        )
        for verdict in verdicts.kickstarts { #expect(!verdict.problems.isEmpty) }
    }

    @Test("a kickstart that says something else is found", .enabled(if: Judges.canRun("ksvalidator"), Judges.reason))
    func wrongModel() async throws {
        let recipe = try ShippedRecipe.rocky9.load()
        let text = try ShippedRecipe.rocky9.rendered().kickstart
        let changes = [
            ("part", "--size=2048", "--size=2049"), ("url", "8080/tree", "8080/other"),
            ("rootpw", "--iscrypted", "--plaintext"), ("network", "--onboot=yes", "--onboot=no"),
            ("packages", "cloud-init\n", "cloud-init\nnginx\n"), ("bootloader", "--timeout=1", "--timeout=2"),
            ("repo", "AppStream/x86_64", "AppStream/aarch64"), ("part", "--grow", "--grow --asprimary"),
        ]
        let verdicts = try await Verdicts(
            kickstarts: changes.map { ("RHEL9", text.replacing($0.1, with: $0.2)) },
            clouds: []
        )
        let expected = ExpectedKickstart(recipe: recipe, values: .sample)
        for (change, verdict) in zip(changes, verdicts.kickstarts) {
            #expect(verdict.problems == [])
            let differences = expected.differences(from: verdict.model)
            #expect(differences.map { String($0.prefix { $0 != ":" }) } == [change.0])
        }
    }

    @Test(
        "cloud-init's schema refuses what classic files write",
        .enabled(if: Judges.canRun("cloud-init"), Judges.reason)
    )
    func wrongCloudConfig() async throws {
        let lines = ["disable_root: 1", "ssh_pwauth: [0]", "ssh_deletekeys: 0", "ssh_genkeytypes: ~", "users: 7"]
        let texts =
            lines.map { "#cloud-config\n\($0)\n" } + ["users: [default]\n", "#cloud-config\na: [\n", "#cloud-config\n"]
        let verdicts = try await Verdicts(kickstarts: [], clouds: texts)
        for (text, problems) in zip(texts, verdicts.clouds) { #expect(problems != [], "\(text)") }
    }

    @Test("a missing judge is a failure where CI says so", arguments: ["1", "true", "woodpecker"])
    func required(_ value: String) {
        #expect(ContinuousIntegration.isMeant(by: value))
    }

    @Test("elsewhere it is a reason to skip", arguments: [nil, "", "0", "false", "False"])
    func optional(_ value: String?) {
        #expect(!ContinuousIntegration.isMeant(by: value))
    }

    @Test("shellcheck finds a mistake in a script", .enabled(if: Judges.canRun("shellcheck"), Judges.reason))
    func wrongScript() async throws {
        for (body, code) in [
            ("if [ x; then\n", "SC"), ("set -eu\nrm -rf /etc/$1\n", "SC2086"), ("a=(1 2)\n", "SC3030"),
        ] {
            let output = try await Self.shellcheck([.init(interpreter: "/bin/sh", body: body)])
            #expect(output.contains(code), "\(output)")
        }
        let bash = try await Self.shellcheck([.init(interpreter: "/bin/bash", body: "a=(1 2)\necho \"${a[@]}\"\n")])
        #expect(bash == "")
    }

    @Test(
        "the program ksvalidator says the same as its library",
        .enabled(if: Judges.canRun("ksvalidator"), Judges.reason)
    )
    func program() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(ShippedRecipe.rocky10.rendered().kickstart.utf8, to: "ks.cfg")
        let right = try await Judges.require("ksvalidator").run(["-v", "RHEL10", file.string])
        #expect(right.succeeded, "\(right.output)")
        let other = try directory.write(ShippedRecipe.centos7.rendered().kickstart.utf8, to: "other.cfg")
        let wrong = try await Judges.require("ksvalidator").run(["-v", "RHEL10", other.string])
        #expect(!wrong.succeeded)
        // ksflatten writes what its handler holds as a kickstart again.
        let flat = try await Judges.require("ksflatten").run(["-v", "RHEL10", "-c", file.string])
        #expect(flat.succeeded)
        let expected = ["part / --fstype=\"xfs\" --grow --size=2048", "url --url=\"\(RenderValues.sample.location)\""]
        for line in expected { #expect(flat.output.contains(line), "\(flat.output)") }
    }

    /// What shellcheck says about the scripts that a shell runs.
    private static func shellcheck(_ scripts: [Verdicts.Script]) async throws -> String {
        let directory = try TemporaryDirectory()
        var files: [String] = []
        for (index, body) in Set(scripts.compactMap(\.checked)).sorted().enumerated() {
            files.append(try directory.write(body.utf8, to: "\(index).sh").string)
        }
        // Names of another program's variables stand in single quotes.
        let arguments = ["--norc", "--severity=info", "--exclude=SC2016", "--format=gcc"] + files
        return try await Judges.require("shellcheck").run(arguments).output
    }
}

extension Verdicts.Script {
    /// The script with a line that names its dialect; nil when no shell runs it.
    fileprivate var checked: String? {
        switch interpreter {
        case "/bin/sh", "/usr/bin/sh": "# shellcheck shell=sh\n" + body
        case "/bin/bash", "/usr/bin/bash": "# shellcheck shell=bash\n" + body
        default: nil
        }
    }
}
