import Foundation
import SystemPackage
import Testing

extension Integration {
    /// `--on-error ask`.
    @Suite("Questions", .needs(.guests, .initrd))
    struct QuestionTests {
        @Test("without a terminal the command is refused before anything runs")
        func noTerminal() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let result = try await lab.run(["build", recipe.string, "--on-error", "ask"])
                result.expect(64, "--on-error ask needs a terminal")
                #expect(!Disk.exists(lab.home))
            }
        }

        @Test("two bakes that fail ask one after the other, and nothing is drawn over a question")
        func several() async throws {
            try await withLab { lab in
                try await lab.learn()
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script: "echo 'imagebake-installer: error: nothing works'\nwhile :; do /bin/busybox sleep 60; done"
                )
                let recipes = try ["a", "b"].enumerated().map { index, name in
                    let recipe = try SmallRecipe.write(to: lab, name: name, replacing: "built-in", with: tree.string)
                    // No install is another's.
                    try Disk.write(Disk.text(recipe).replacing("10 GiB", with: "\(10 + index) GiB"), to: recipe)
                    return recipe.string
                }
                let build = ["build"] + recipes + ["--jobs", "2", "--on-error", "ask"]
                let (bake, keys) = try await start(build, in: lab)
                defer { try? keys.close() }
                for (index, answer) in ["maybe", "no", "yes"].enumerated() {
                    try await lab.wait(for: "question \(index + 1)") {
                        let seen = (try? Disk.text(bake.stdout)) ?? ""
                        return seen.components(separatedBy: Self.prompt).count == index + 2 || !bake.isRunning
                    }
                    // Time enough for a list that is drawn five times a second.
                    try await Task.sleep(for: .seconds(2))
                    let seen = try Disk.text(bake.stdout)
                    #expect(seen.hasSuffix(Self.prompt), "\(seen.suffix(300).debugDescription)")
                    _ = try keys.writeAll(Data("\(answer)\n".utf8))
                }
                let result = try await bake.result()
                #expect(result.status == 80, "\(result)")
                #expect(result.stdout.contains("  answer yes or no"))
                // Both were asked for, by name.
                for name in ["a", "b"] {
                    let words = try Regex("-\(name): error: install failed: nothing works")
                    #expect(result.stdout.contains(words), "\(result)")
                }
                // The second was kept, and the first is gone.
                let kept = Processes.guests(naming: lab.root.string)
                #expect(kept.count == 1)
                let match = result.stdout.firstMatch(of: #/imagebake bakes remove (\S+?)'/#)
                let id = String(try #require(match, "\(result)").1)
                try await lab.run(["bakes", "remove", id]).required()
                #expect(lab.leftovers == [])
            }
        }

        @Test("Ctrl-C at the question ends the bake, which leaves no evidence and no guest")
        func interrupted() async throws {
            try await withLab { lab in
                try await lab.learn()
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script: "echo 'imagebake-installer: error: nothing works'\nwhile :; do /bin/busybox sleep 60; done"
                )
                let recipe = try SmallRecipe.write(to: lab)
                let (bake, keys) = try await start(
                    ["build", recipe.string, "--location", tree.string, "--on-error", "ask"],
                    in: lab
                )
                defer { try? keys.close() }
                try await lab.wait(for: "the question") {
                    (try? Disk.text(bake.stdout))?.contains(Self.prompt) == true || !bake.isRunning
                }
                _ = try keys.writeAll([0x03])
                let result = try await bake.result()
                #expect(result.status == 130, "\(result)")
                #expect(!Disk.names(lab.lastBake).contains { $0.hasPrefix("failure-") })
                #expect(lab.leftovers == [])
            }
        }

        private static let prompt = "yes or no [no]: "

        /// Starts imagebake on a terminal, and returns its keyboard too.
        private func start(_ arguments: [String], in lab: Lab) async throws -> (RunningCommand, FileDescriptor) {
            let keyboard = lab.root.appending("keyboard")
            guard mkfifo(keyboard.string, 0o600) == 0 else { throw Errno(rawValue: errno) }
            let keys = try FileDescriptor.open(keyboard, .readWrite)
            let command = ([Checkout.binary.string] + arguments).map { "'\($0)'" }.joined(separator: " ")
            let bake = try await lab.start(
                program: [
                    "sh", "-c", "exec script --quiet --return --flush --command \"$1\" /dev/null <'\(keyboard)'", "sh",
                    command,
                ],
                environment: ["TERM": "xterm"]
            )
            return (bake, keys)
        }
    }
}
