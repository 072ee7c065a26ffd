import Foundation
import SystemPackage
import Testing

extension Integration {
    /// Ctrl-C, kill -9, and two at once.
    @Suite("Interruptions", .needs(.guests, .initrd))
    struct InterruptionTests {
        /// An installer that is under way for as long as it is let.
        private func startBake(in lab: Lab) async throws -> RunningCommand {
            try await lab.learn()
            let recipe = try SmallRecipe.write(to: lab)
            let tree = try await TinyTree.make(
                "tree",
                in: lab,
                script: "echo install under way\nwhile :; do /bin/busybox sleep 60; done"
            )
            let before = lab.lastBake
            let bake = try await lab.start(["build", recipe.string, "--location", tree.string])
            try await lab.wait(for: "the installer") {
                lab.lastBake != before && lab.console.contains("install under way") || !bake.isRunning
            }
            if !bake.isRunning { try await bake.result().required() }
            #expect(Processes.guests(naming: lab.home.string).count == 1)
            return bake
        }

        @Test("Ctrl-C and SIGTERM stop the guest, leave nothing and are status 130", arguments: [SIGINT, SIGTERM])
        func interrupted(signal: Int32) async throws {
            try await withLab { lab in
                let bake = try await startBake(in: lab)
                let begin = ContinuousClock.now
                bake.send(signal, toGroup: signal == SIGINT)
                let result = try await bake.result()
                let time = ContinuousClock.now - begin
                result.expect(130, "stopping the guest and removing what is half-made", "error: interrupted")
                #expect(time <= .seconds(5), "\(time)")
                #expect(result.stdout == "")
                #expect(lab.leftovers == [])
                #expect(Disk.names(lab.home.appending("cache").appending("stages")) == [])
                let bakes = try await lab.run(["bakes", "list"]).required()
                #expect(bakes.stdout.contains("interrupted"))
                #expect(bakes.stderr == "", "nothing was left to be swept")
            }
        }

        @Test("a second Ctrl-C ends at once, and the next command cleans up")
        func secondInterrupt() async throws {
            try await withLab { lab in
                let bake = try await startBake(in: lab)
                // A guest that does not go when it is told to: libvirt waits for it, and imagebake for libvirt.
                let guest = try #require(Processes.guests(naming: lab.home.string).first)
                kill(guest, SIGSTOP)
                bake.send(SIGINT)
                try await lab.wait(for: "the answer to the first signal") {
                    (try? Disk.text(bake.stderr))?.contains("once more ends at once") == true
                }
                bake.send(SIGINT)
                let result = try await bake.result()
                result.expect(130)
                #expect(!result.stderr.contains("error: interrupted"), "it did not wait for the clean-up")
                #expect(Processes.guests(naming: lab.home.string) == [guest])
                let bakes = try await lab.run(["bakes", "list"]).required()
                #expect(bakes.stderr.contains("its guest and files are removed now"))
                #expect(lab.leftovers == [])
            }
        }

        @Test("after kill -9 the next command removes guest and files, and says so")
        func killed() async throws {
            try await withLab { lab in
                let bake = try await startBake(in: lab)
                let id = lab.lastBake.lastComponent?.string ?? ""
                bake.send(SIGKILL)
                #expect(try await bake.result().status == 128 + SIGKILL)
                // The guest does not go with its maker: that is why the sweep is needed.
                #expect(Processes.guests(naming: lab.home.string).count == 1)
                #expect(lab.leftovers.contains("cache/work/\(id)"))

                let bakes = try await lab.run(["bakes", "list"]).required()
                #expect(bakes.stderr.contains("the bake \(id) was killed; its guest and files are removed now"))
                #expect(bakes.stdout.contains("\(id) | interrupted "))
                #expect(lab.leftovers == [])

                let again = try await lab.run(["bakes", "list"]).required()
                #expect(again.stderr == "", "it is said once")

                // And the recipe can be baked again: its lock went with the process.
                let next = try await startBake(in: lab)
                next.send(SIGINT)
                #expect(try await next.result().status == 130)
                #expect(lab.leftovers == [])
            }
        }

        @Test("two bakes of one recipe: the second says whom it waits for, and can be interrupted")
        func twoAtOnce() async throws {
            try await withLab { lab in
                let first = try await startBake(in: lab)
                let id = lab.lastBake.lastComponent?.string ?? ""
                let second = try await lab.start(["build", "\(lab.root)/web.recipe", "--location", "\(lab.root)/tree"])
                try await lab.wait(for: "the word of the second") {
                    (try? Disk.text(second.stderr))?.contains("waiting for the bake \(id) (process ") ?? false
                        || !second.isRunning
                }
                #expect(first.isRunning && second.isRunning)
                // libvirt asks programs of QEMU what they can do, in processes of no guest.
                let guests = Processes.naming(lab.home.string).filter { $0.value.contains("-name guest=") }
                #expect(guests.count == 1, "\(guests)")
                second.send(SIGINT)
                #expect(try await second.result().status == 130)
                // The sweep of other commands leaves the living alone.
                let bakes = try await lab.run(["bakes", "list"]).required()
                #expect(bakes.stdout.contains("\(id) | running "))
                #expect(first.isRunning)
                first.send(SIGINT)
                #expect(try await first.result().status == 130)
                #expect(lab.leftovers == [])
            }
        }
    }
}
