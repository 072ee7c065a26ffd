import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// Ctrl-C and SIGTERM in every stage; while the installer runs: see `InterruptionTests`, while a tree is built: `TreeBuildTests`.
    @Suite("Cancelled in every stage", .needs(.guests))
    struct CancellationTests {
        @Test("before anything is rendered, while a command is asked for a secret", arguments: [SIGINT, SIGTERM])
        func render(signal: Int32) async throws {
            try await withLab { lab in
                let mark = lab.root.appending("asked")
                let recipe = try SmallRecipe.write(
                    to: lab,
                    replacing: "system:\n",
                    with: """
                        secrets: {root: {command: [sh, -c, 'touch \(mark); exec sleep 600']}}
                        system:
                          root_password: {secret: root}

                        """
                )
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let bake = try await lab.start(["build", recipe.string, "--location", tree.string])
                try await lab.wait(for: "the command") { Disk.exists(mark) || !bake.isRunning }
                try await expectCancelled(bake, by: signal, in: lab)
            }
        }

        @Test(
            "while a tree is fetched from a server that says nothing more",
            .needs(.python),
            arguments: [SIGINT, SIGTERM]
        )
        func tree(signal: Int32) async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab, initrdMebibytes: 8)
                let server = try await TreeServer.start(tree, answering: .stalling, at: "initrd.img", in: lab)
                let bake = try await lab.start(["build", recipe.string, "--location", server.url])
                try await lab.wait(for: "half of the initrd") {
                    server.requests.contains("half of /images/pxeboot/initrd.img") || !bake.isRunning
                }
                try await expectCancelled(bake, by: signal, in: lab)
                #expect(Disk.names(lab.home.appending("cache").appending("trees")).filter { !$0.hasPrefix(".") } == [])
            }
        }

        @Test(
            "in sysprep, convert and publish: what came before is cached, and the next run goes on from there",
            .needs(.debianTree, .appliance, .python)
        )
        func later() async throws {
            let tree = try await DebianBake.tree()
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab, replacing: "built-in", with: tree.string).string
                let command = ["build", recipe, "--progress", "plain"]
                try await lab.run(["build", recipe, "--until", "install", "--progress", "none"]).required()
                for signal in [SIGINT, SIGTERM] {
                    let bake = try await lab.start(command)
                    try await wait(for: "starting libguestfs' appliance", from: bake, in: lab)
                    try await expectCancelled(bake, by: signal, in: lab)
                    #expect(try stages(lab) == ["install"])
                }

                // qemu-img that begins to convert and never ends.
                let bin = lab.root.appending("bin")
                let fake = bin.appending("qemu-img")
                try Disk.write(
                    """
                    #!/bin/sh
                    PATH=${PATH#*:}
                    if [ "$1" = convert ]; then exec sleep 600; fi
                    exec qemu-img "$@"

                    """,
                    to: fake
                )
                chmod(fake.string, 0o755)
                let path = ["PATH": "\(bin):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"]
                for signal in [SIGINT, SIGTERM] {
                    let bake = try await lab.start(command, environment: path)
                    try await wait(for: "writing qcow2", from: bake, in: lab)
                    try await expectCancelled(bake, by: signal, in: lab)
                    #expect(try stages(lab) == ["install", "sysprep"])
                }

                // A registry that somebody else keeps locked. The next qemu-img is the machine's own again, and of the same version.
                let index = lab.home.appending("registry").appending("index.sqlite")
                try await lab.run(["image", "list"]).required()
                let locked = lab.root.appending("locked")
                let holder = try await lab.start(program: [
                    "python3", "-c",
                    """
                    import sqlite3, sys, time
                    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
                    connection.execute("BEGIN EXCLUSIVE")
                    open(sys.argv[2], "w").close()
                    time.sleep(3600)
                    """,
                    index.string, locked.string,
                ])
                try await lab.wait(for: "the lock on the registry") { Disk.exists(locked) || !holder.isRunning }
                for signal in [SIGINT, SIGTERM] {
                    let bake = try await lab.start(command)
                    try await wait(for: "publishing 'web'", from: bake, in: lab)
                    try await expectCancelled(bake, by: signal, in: lab)
                    #expect(try stages(lab) == ["convert", "install", "sysprep"])
                }
                await holder.stop()
                #expect(lab.blobs == [])

                let last = try await lab.run(["build", recipe, "--progress", "json"]).required()
                #expect(last.events.ran == ["render", "tree", "publish"])
                #expect(last.events.cached == ["install", "sysprep", "convert"])
                #expect(lab.imageBlobs.count == 1)
                #expect(lab.leftovers == [])
            }
        }

        // MARK: -

        private func wait(for words: String, from bake: RunningCommand, in lab: Lab) async throws {
            try await lab.wait(for: words) {
                (try? Disk.text(bake.stderr))?.contains(words) == true || !bake.isRunning
            }
            if !bake.isRunning { _ = try await bake.result().required() }
        }

        /// The stages whose products are in the cache.
        private func stages(_ lab: Lab) throws -> [String] {
            let names = Disk.names(lab.home.appending("cache").appending("stages"))
            return Set(names.map { String($0.prefix { $0 != "-" }) }).sorted()
        }

        private func expectCancelled(
            _ bake: RunningCommand,
            by signal: Int32,
            in lab: Lab,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let begin = ContinuousClock.now
            bake.send(signal, toGroup: signal == SIGINT)
            let result = try await bake.result()
            let time = ContinuousClock.now - begin
            result.expect(130, "error: interrupted", sourceLocation: sourceLocation)
            #expect(time < .seconds(10), "\(time)", sourceLocation: sourceLocation)
            #expect(result.stdout == "", sourceLocation: sourceLocation)
            // Nothing is wrong, so there is nothing to be explained.
            #expect(!result.stderr.contains("evidence"), "\(result)", sourceLocation: sourceLocation)
            #expect(lab.leftovers == [], sourceLocation: sourceLocation)
            let record = try Disk.text(lab.lastBake.appending("bake.json"))
            #expect(record.contains("\"state\" : \"interrupted\""), sourceLocation: sourceLocation)
        }
    }
}
