import Foundation
import SystemPackage
import Testing

extension Integration {
    /// An install that goes wrong is status 80, with the console named and nothing left behind.
    @Suite("Guests that fail", .needs(.guests, .initrd))
    struct GuestFailureTests {
        @Test("a guest that panics ends the bake at once")
        func panics() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                // The first process ends, which the kernel takes for the end of the world.
                let tree = try await TinyTree.make("tree", in: lab, script: "echo leaving now\nexit 3")
                let result = try await lab.run(["build", recipe.string, "--location", tree.string])
                result.expect(
                    80,
                    "install failed: the kernel panicked because init, its first program, ended",
                    "\(lab.lastBake)/console.log:"
                )
                try await expectFailure(of: result, in: lab)
                // The line that the message names is the panic's.
                let place = try #require(result.stderr.firstMatch(of: #/console\.log:(\d+)/#)?.1)
                let line = try #require(Int(place))
                // By bytes: "\r\n", which consoles end their lines with, is one Character.
                let lines = lab.console.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                let named = lines.dropFirst(line - 1).first.map { String($0) ?? "" }
                #expect(named?.contains("Kernel panic - not syncing") == true)
                #expect(lab.console.contains("leaving now"))
            }
        }

        @Test("a guest that never finishes is ended at the deadline")
        func neverFinishes() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.make("tree", in: lab, script: "while :; do /bin/busybox sleep 60; done")
                let result = try await lab.run(["build", recipe.string, "--location", tree.string, "--deadline", "10s"])
                result.expect(
                    80,
                    "install failed: the guest had not finished at the deadline of 10 seconds",
                    "install.deadline",
                    "\(lab.lastBake)/console.log"
                )
                try await expectFailure(of: result, in: lab)
            }
        }

        /// A guest that fails in its own way: what its first process does, how the bake is run, and what must be said.
        struct Fault: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let script: String
            var install = ""
            let words: [String]
        }

        static let faults: [Fault] = [
            Fault(
                testDescription: "shuts itself off without having installed anything",
                script: "/bin/busybox poweroff -f",
                words: ["the guest shut itself off before the kickstart's last script had run"]
            ),
            Fault(
                testDescription: "says with another's word that it was installed",
                script: "echo imagebake-outcome: done 0123456789abcdef0123456789abcdef\n/bin/busybox poweroff -f",
                words: ["the guest shut itself off before the kickstart's last script had run"]
            ),
            Fault(
                testDescription: "reboots again and again",
                script: "/bin/busybox reboot -f",
                words: ["the guest shut itself off before the kickstart's last script had run"]
            ),
            Fault(
                testDescription: "asks a question",
                script: "printf 'Please make a selection from the above: '\nwhile :; do /bin/busybox sleep 60; done",
                words: ["waits", "console.log:"]
            ),
            Fault(
                testDescription: "shows a login prompt",
                script: "printf '\\nlocalhost login: '\nwhile :; do /bin/busybox sleep 60; done",
                words: ["the guest shows a log-in prompt", "console.log:"]
            ),
            Fault(
                testDescription: "does nothing any more",
                script: "echo the last words\nwhile :; do /bin/busybox sleep 600; done",
                install: "  watchdog: 10s\n",
                words: ["the guest did nothing for 1", "its last line was 'the last words'", "install.watchdog"]
            ),
            Fault(
                testDescription: "runs out of memory",
                script:
                    "echo '[   9.1] Out of memory: Killed process 1234 (anaconda) total-vm:1kB'\n/bin/busybox sleep 600",
                install: "  watchdog: 60s\n",
                words: ["memory"]
            ),
            Fault(
                testDescription: "prints rubbish and escape sequences",
                script: "printf '\\033]0;owned\\007\\033[5n\\233x\\000\\377 rubbish\\n'\n/bin/busybox poweroff -f",
                words: ["its last line was"]
            ),
        ]

        @Test("a guest that", arguments: faults)
        func fault(_ fault: Fault) async throws {
            try await withLab { lab in
                try await lab.learn()
                let location = "  location: built-in\n"
                let recipe = try SmallRecipe.write(to: lab, replacing: location, with: location + fault.install)
                let tree = try await TinyTree.make("tree", in: lab, script: fault.script)
                let begin = ContinuousClock.now
                let result = try await lab.run([
                    "build", recipe.string, "--location", tree.string, "--deadline", "5m", "--verbose",
                ])
                result.expect(80, ["install failed: "] + fault.words)
                #expect(ContinuousClock.now - begin < .seconds(180))
                try await expectFailure(of: result, in: lab)
                #expect(
                    !result.stderr.utf8.contains { $0 < 0x20 && ![0x09, 0x0A].contains($0) || $0 == 0x7F },
                    "raw bytes came through"
                )
                // What was not proven to be installed is not cached.
                #expect(Disk.names(lab.home.appending("cache").appending("stages")) == [])
            }
        }

        @Test("a guest whose QEMU is killed")
        func killed() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script: "echo here I am\nwhile :; do /bin/busybox sleep 60; done"
                )
                let bake = try await lab.start(["build", recipe.string, "--location", tree.string])
                try await waitFor("here I am", in: lab)
                for pid in Processes.guests(naming: lab.root.string) { kill(pid, SIGKILL) }
                let result = try await bake.result()
                result.expect(80, "install failed: ", "here I am")
                try await expectFailure(of: result, in: lab)
            }
        }

        @Test("a guest that prints without end fills neither disk nor memory")
        func flood() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script: "while :; do /bin/busybox cat /bin/busybox; done"
                )
                let bake = try await lab.start(
                    ["build", recipe.string, "--location", tree.string, "--deadline", "40s", "--progress", "none"]
                )
                var peak = 0
                while let memory = bake.peakMemory {
                    peak = max(peak, memory)
                    try await Task.sleep(for: .seconds(1))
                }
                let result = try await bake.result()
                result.expect(80, "install failed: ")
                let log = try Disk.data(lab.lastBake.appending("console.log"))
                #expect(log.count < 34 << 20)
                #expect(try Disk.data(lab.lastBake.appending("journal.jsonl")).count < 128 << 20)
                #expect((1..<300 << 10).contains(peak), "\(peak) KiB")
                #expect(lab.leftovers == [])
            }
        }

        @Test("a guest is kept where that is asked for, can be visited, and is gone when it is removed")
        func kept() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script: """
                        echo 'imagebake-installer: error: nothing works'
                        while read -r line; do echo "you said $line"; done
                        """
                )
                let command = ["build", recipe.string, "--location", tree.string, "--on-error", "keep"]
                let result = try await lab.run(command)
                result.expect(80, "install failed: nothing works", "kept", "imagebake bakes remove")
                let id = lab.lastBake.lastComponent?.string ?? ""
                #expect(Processes.guests(naming: lab.root.string).count == 1)
                // Neither another command nor another bake takes it.
                let list = try await lab.run(["bakes", "list"]).required()
                #expect(list.stderr == "")
                #expect(Processes.guests(naming: lab.root.string).count == 1)

                let talk =
                    "(sleep 2; echo hello; sleep 4) | timeout 60 \(Checkout.binary) console \(id) --write & sleep 10; kill $!"
                let visit = try await lab.start(program: ["sh", "-c", talk]).result()
                #expect(visit.stdout.contains("you said hello"), "\(visit)")

                let removed = try await lab.run(["bakes", "remove", id]).required()
                #expect(removed.stderr.contains("removed the guest"))
                #expect(lab.leftovers == [])
                #expect(Processes.guests(naming: lab.root.string) == [])
                try await lab.run(["bakes", "remove", id]).expect(66)
            }
        }

        @Test("the console of a running bake can be looked at from elsewhere")
        func visited() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script:
                        "while read -r line; do echo \"you said $line\"; done & while :; do echo tick; /bin/busybox sleep 1; done"
                )
                let bake = try await lab.start(["build", recipe.string, "--location", tree.string])
                try await waitFor("tick", in: lab)
                let talk = "sleep 6 | timeout 4 \(Checkout.binary) console last"
                let visit = try await lab.start(program: ["sh", "-c", talk]).result()
                #expect(visit.stdout.contains("tick"), "\(visit)")
                bake.send(SIGTERM)
                _ = try await bake.result()
                try await lab.run(["console", "last"]).expect(66, "no guest of the bake")
                #expect(lab.leftovers == [])
            }
        }

        private func waitFor(_ text: String, in lab: Lab) async throws {
            for _ in 0..<600 where !lab.console.contains(text) { try await Task.sleep(for: .milliseconds(200)) }
            try #require(lab.console.contains(text), "the guest never printed '\(text)'")
        }

        @Test("an installer that gives up is quoted")
        func installerError() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script: "echo 'imagebake-installer: error: no disk that is large enough'\n/bin/busybox poweroff -f"
                )
                let result = try await lab.run(["build", recipe.string, "--location", tree.string])
                result.expect(80, "install failed: no disk that is large enough", "\(lab.lastBake)/console.log:")
                try await expectFailure(of: result, in: lab)
            }
        }

        @Test("a kernel that QEMU cannot start", .needs(.guests))
        func noKernel() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let result = try await lab.run(["build", recipe.string, "--location", tree.string, "--deadline", "20s"])
                #expect([69, 80].contains(result.status), "\(result)")
                #expect(lab.leftovers == [])
            }
        }

        /// What each failed install has in common.
        private func expectFailure(of result: CommandResult, in lab: Lab) async throws {
            #expect(result.stdout == "")
            #expect(result.stderr.split(separator: "\n").last { $0.hasPrefix("  next") } != nil, "\(result)")
            // The evidence is named last, and is whole.
            let id = lab.lastBake.lastComponent?.string ?? ""
            let bundle = lab.lastBake.appending("failure-\(id).tar.zst")
            #expect(result.stderr.split(separator: "\n").last == "  evidence  \(bundle)", "\(result)")
            let names = try await lab.tool("tar", "--list", "--file", bundle.string)
            for name in [
                "failure.txt", "versions.txt", "journal.jsonl", "console.log", "rendered/ks.cfg", "domain.xml",
            ] {
                #expect(names.contains("failure-\(id)/\(name)"), "\(names)")
            }
            #expect(lab.leftovers == [])
            #expect(lab.blobs == [])
            let record = try Disk.text(lab.lastBake.appending("bake.json"))
            #expect(record.contains("\"state\" : \"failed\""))
            #expect(record.contains("\"status\" : 80"))
        }
    }
}
