import Recipes
import SystemPackage
import TestSupport
import Testing

/// What other projects say about the files that recipes are rendered to.
@Suite("Judges")
struct JudgeTests {
    @Test(
        "ksvalidator takes the kickstarts",
        .enabled(if: Judges.canRun("ksvalidator"), Judges.reason),
        arguments: [
            ("centos7", "RHEL7"), ("everything-centos7", "RHEL7"), ("debian12", "F40"), ("everything-debian12", "F40"),
        ]
    )
    func kickstart(_ name: String, version: String) async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(rendered(name).kickstart.utf8, to: "ks.cfg")
        let verdict = try await Judges.require("ksvalidator").run(["-v", version, file.string])
        #expect(verdict.succeeded, "\(verdict.output)")
    }

    @Test(
        "ksvalidator has something against a kickstart for another release",
        .enabled(if: Judges.canRun("ksvalidator"), Judges.reason)
    )
    func wrongKickstart() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(rendered("centos7").kickstart.utf8, to: "ks.cfg")
        let verdict = try await Judges.require("ksvalidator").run(["-v", "RHEL9", file.string])
        #expect(!verdict.succeeded)
    }

    @Test(
        "cloud-init's schema takes every cloud.cfg",
        .enabled(if: Judges.canRun("cloud-init"), Judges.reason),
        arguments: ["centos7", "everything-centos7", "debian12", "everything-debian12"]
    )
    func cloudConfig(_ name: String) async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(rendered(name).cloudConfig.utf8, to: "cloud.cfg")
        let verdict = try await Judges.require("cloud-init").run(["schema", "--config-file", file.string])
        #expect(verdict.succeeded, "\(verdict.output)")
        #expect(verdict.output.contains("Valid"))
    }

    @Test(
        "cloud-init's schema refuses what classic files write",
        .enabled(if: Judges.canRun("cloud-init"), Judges.reason),
        arguments: ["disable_root: 1", "ssh_pwauth: 0", "ssh_deletekeys: 0", "ssh_genkeytypes: ~"]
    )
    func classicCloudConfig(_ line: String) async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("#cloud-config\n\(line)\n".utf8, to: "cloud.cfg")
        let verdict = try await Judges.require("cloud-init").run(["schema", "--config-file", file.string])
        #expect(!verdict.succeeded || verdict.output.contains("deprecat"), "\(verdict.output)")
    }

    @Test("a missing judge is a failure where CI says so", arguments: ["1", "true", "woodpecker"])
    func required(_ value: String) {
        #expect(ContinuousIntegration.isMeant(by: value))
    }

    @Test("elsewhere it is a reason to skip", arguments: [nil, "", "0", "false", "False"])
    func optional(_ value: String?) {
        #expect(!ContinuousIntegration.isMeant(by: value))
    }

    private func rendered(_ name: String) throws -> RenderedRecipe {
        if let shipped = ShippedRecipe(rawValue: name) { return try shipped.rendered() }
        let recipe = try RecipeLoader().load(Repository.fixtures.appending("\(name).recipe"))
        return try Repository.renderer().render(recipe, .sample)
    }
}
