import Foundation
import SystemPackage
import Testing

extension Integration {
    /// What a person sees while a bake runs: on a terminal, in another one, and with nothing asked for.
    @Suite("Progress", .needs(.guests, .initrd))
    struct ProgressTests {
        @Test("a terminal shows a live list of the stages; without one there is no control character")
        func terminal() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.make("tree", in: lab, script: "exit 3")
                let command = "'\(Checkout.binary)' build '\(recipe)' --location '\(tree)'"
                let seen = try await lab.start(
                    program: ["script", "--quiet", "--return", "--flush", "--command", command, "/dev/null"],
                    environment: ["TERM": "xterm"]
                ).result()
                #expect(seen.status == 80, "\(seen)")
                #expect(seen.stdout.contains("\u{1B}["), "the list is not drawn again")
                for word in ["render", "tree", "install", "error: install failed"] {
                    #expect(seen.stdout.contains(word), "\(word): \(seen.stdout.debugDescription)")
                }
                let plain = try await lab.run(["build", recipe.string, "--location", tree.string])
                plain.expect(80, "install: started", "install: failed")
                #expect(!plain.stderr.contains("\u{1B}"))
                let quiet = try await lab.run(["build", recipe.string, "--location", tree.string, "--quiet"])
                quiet.expect(80)
                #expect(quiet.stderr.hasPrefix("error: install failed"), "\(quiet)")
            }
        }

        @Test("bakes log --follow shows the bake from another terminal, to its end")
        func follow() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script: "echo install under way\nwhile :; do /bin/busybox sleep 60; done"
                )
                let bake = try await lab.start(["build", recipe.string, "--location", tree.string])
                try await lab.wait(for: "the bake") { Disk.exists(lab.lastBake.appending("journal.jsonl")) }
                let log = try await lab.start(["bakes", "log", "last", "--follow"])
                let console = try await lab.start(["bakes", "log", "last", "--follow", "--console"])
                try await lab.wait(for: "the installer in both logs") {
                    [log, console].allSatisfy { (try? Disk.text($0.stdout))?.contains("install under way") == true }
                        || !bake.isRunning
                }
                #expect(log.isRunning && console.isRunning)
                bake.send(SIGINT)
                #expect(try await bake.result().status == 130)
                let text = try await log.result().required().stdout
                #expect(text.contains("install: started") && text.contains("install: failed"), "\(text)")
                #expect(try await console.result().required().stdout.contains("Linux version"))
            }
        }
    }
}
