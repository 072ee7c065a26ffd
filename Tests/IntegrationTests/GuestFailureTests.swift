import Foundation
import SystemPackage
import Testing

extension SideBySide {
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
            var deadline = "5m"
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
                testDescription: "is done and does not switch itself off",
                script: """
                    /bin/busybox grep -o 'imagebake-outcome: done [0-9a-f]*' /ks.cfg | /bin/busybox head -n 1
                    while :; do echo still going down; /bin/busybox sleep 1; done
                    """,
                install: "  watchdog: 10s\n",
                words: [
                    "the kickstart was carried out, but the guest did not switch itself off within 10 seconds",
                    "its last line was 'still going down'", "install.watchdog",
                ]
            ),
            Fault(
                testDescription: "runs a script that never ends and prints lines of its own",
                script: """
                    echo 'imagebake-installer: running %post of line 41 (30.1 s)'
                    while :; do echo still waiting for Godot; /bin/busybox sleep 1; done
                    """,
                deadline: "60s",
                words: [
                    "the guest had not finished at the deadline of",
                    "it was at 'running %post of line 41 (30.1 s)', and its last line was 'still waiting for Godot'",
                    "install.deadline",
                ]
            ),
            Fault(
                testDescription: "has a task that hangs, again two minutes later",
                script: """
                    /bin/busybox mount -t devtmpfs dev /dev
                    for task in tar:170 jbd2/vda1-8:161; do
                        echo "<3>INFO: task $task blocked for more than 120 seconds." >/dev/kmsg
                    done
                    /bin/busybox sleep 5
                    echo 'the first did not end it'
                    echo '<3>INFO: task tar:170 blocked for more than 241 seconds.' >/dev/kmsg
                    while :; do /bin/busybox sleep 60; done
                    """,
                words: ["the guest hangs: tar:170 has waited for more than 241 seconds", "console.log:"]
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
                    "build", recipe.string, "--location", tree.string, "--deadline", fault.deadline, "--verbose",
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

        @Test(
            "a real install whose %post never ends: which it was, and what it said last",
            .needs(.debianTree, .appliance)
        )
        func endlessPost() async throws {
            let tree = try await DebianBake.tree()
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(
                    to: lab,
                    replacing: "  location: built-in\n",
                    with: """
                          location: \(tree)
                          watchdog: 20s
                          post:
                            - script: echo the first script ends
                            - script: |
                                echo waiting for Godot
                                exec sleep 3600

                        """
                )
                let result = try await lab.run(["build", recipe.string, "--progress", "plain"])
                let kickstart = try Disk.text(lab.lastBake.appending("rendered/ks.cfg"))
                let lines = kickstart.split(separator: "\n", omittingEmptySubsequences: false)
                let words = try #require(lines.firstIndex { $0.contains("waiting for Godot") })
                let script = try #require(lines[..<words].lastIndex { $0.hasPrefix("%post") }) + 1
                result.expect(
                    80,
                    "install failed: the guest did nothing for ",
                    "it was at 'running %post of line \(script)",
                    "its last line was 'waiting for Godot'",
                    "install.watchdog"
                )
                try await expectFailure(of: result, in: lab)
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

        @Test(
            "a QEMU that dies while the kernel starts: once is mended, twice is told",
            arguments: [(1, "the guest shut itself off before"), (2, "QEMU came to an end")]
        )
        func crash(_ count: Int, _ words: String) async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.make("tree", in: lab, script: "/bin/busybox poweroff -f")
                let bake = try await lab.start(["build", recipe.string, "--location", tree.string])
                var last = ""
                for _ in 0..<count {
                    last = try await lab.killStartingGuest(after: last) { Processes.guests(naming: lab.root.string) }
                }
                let result = try await bake.result()
                result.expect(80, "QEMU came to an end while the guest's kernel started", "install failed: ", words)
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

                try await lab.talk(to: id, until: "you said hello")

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

        @Test("a guest that says the right word, and has installed nothing", .needs(.appliance))
        func wordWithoutSystem() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                // What the kickstart's last script would say, out of the kickstart.
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script: """
                        /bin/busybox grep -o 'imagebake-outcome: done [0-9a-f]*' /ks.cfg | /bin/busybox head -n 1
                        /bin/busybox poweroff -f
                        """
                )
                let result = try await lab.run(["build", recipe.string, "--location", tree.string])
                result.expect(80, "install failed: the guest shut itself off, but there is no system on its disk")
                try await expectFailure(of: result, in: lab)
                #expect(Disk.names(lab.home.appending("cache").appending("stages")) == [])
            }
        }

        @Test("an installer that says only in Anaconda's log why it gives up")
        func anacondaLog() async throws {
            try await withLab { lab in
                try await lab.learn()
                // The installer for Debian has no such port; this one, which knows nothing, may say that it is Rocky Linux.
                let recipe = try lab.file(
                    "web.recipe",
                    "version: 1\nname: web\nos: rocky9\nmachine: {memory: 2 GiB}\n"
                )
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script: """
                        for port in /sys/class/virtio-ports/*; do
                            [ "$(/bin/busybox cat $port/name)" = org.fedoraproject.anaconda.log.0 ] || continue
                            echo '12:00:00,000 INF anaconda: nothing yet' >/dev/${port##*/}
                            echo '12:00:01,000 ERR anaconda: CmdlineError: Missing package: ntpp.' >/dev/${port##*/}
                        done
                        while :; do /bin/busybox sleep 60; done
                        """,
                    hasDevices: true
                )
                let treeinfo = tree.appending(".treeinfo")
                let text = try Disk.text(treeinfo)
                try Disk.write(text.replacing("Debian\nversion = 12", with: "Rocky Linux\nversion = 9.4"), to: treeinfo)
                let result = try await lab.run(["build", recipe.string, "--location", tree.string, "--deadline", "5m"])
                result.expect(
                    80,
                    "install failed: the mirror has no package 'ntpp'",
                    "\(lab.lastBake)/anaconda.log:2"
                )
                try await lab.expectEvidence(of: result, with: "anaconda.log")
                #expect(!lab.console.contains("ntpp"))
                #expect(lab.leftovers == [])
            }
        }

        @Test(
            "a package that the mirror does not have is named with its line, and nobody waits for more",
            .needs(.debianTree)
        )
        func missingPackage() async throws {
            let tree = try await DebianBake.tree()
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab, replacing: "packages: []", with: "packages: [ntpp]")
                let result = try await lab.run(["build", recipe.string, "--location", tree.string])
                let kickstart = try Disk.text(lab.lastBake.appending("rendered").appending("ks.cfg"))
                let line = try #require(
                    kickstart.split(separator: "\n", omittingEmptySubsequences: false).firstIndex(of: "ntpp")
                )
                result.expect(
                    80,
                    "install failed: the mirror has no package 'ntpp' (kickstart line \(line + 1))",
                    "\(lab.lastBake)/console.log:"
                )
                try await expectFailure(of: result, in: lab)
                let id = lab.lastBake.lastComponent?.string ?? ""
                let bundle = lab.lastBake.appending("failure-\(id).tar.zst").string
                let absent = try await lab.tool(
                    "tar",
                    "--extract",
                    "--to-stdout",
                    "--file",
                    bundle,
                    "failure-\(id)/absent.txt"
                )
                // With KVM the disk is read all the same, and has no log.
                #expect(absent.contains("disk: a line of the log says why") || absent.contains("disk: there is no log"))
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
            try await lab.expectEvidence(of: result, with: "console.log", "rendered/ks.cfg", "domain.xml", "qemu.log")
            #expect(lab.leftovers == [])
            #expect(lab.blobs == [])
            let record = try Disk.text(lab.lastBake.appending("bake.json"))
            #expect(record.contains("\"state\" : \"failed\""))
            #expect(record.contains("\"status\" : 80"))
        }
    }
}
