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
                    "install failed: the guest's kernel panicked: Attempted to kill init!",
                    "\(lab.lastBake)/console.log:"
                )
                try expectFailure(of: result, in: lab)
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
                try expectFailure(of: result, in: lab)
            }
        }

        @Test("a guest that shuts itself off without having installed anything", .needs(.appliance))
        func installsNothing() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.make("tree", in: lab, script: "/bin/busybox poweroff -f")
                let result = try await lab.run(["build", recipe.string, "--location", tree.string])
                result.expect(80, "install failed: the guest shut itself off, but there is no system on its disk")
                try expectFailure(of: result, in: lab)
                // What was not proven to be installed is not cached.
                #expect(Disk.names(lab.home.appending("cache").appending("stages")) == [])
            }
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
                try expectFailure(of: result, in: lab)
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
        private func expectFailure(of result: CommandResult, in lab: Lab) throws {
            #expect(result.stdout == "")
            #expect(result.stderr.split(separator: "\n").last { $0.hasPrefix("  next") } != nil, "\(result)")
            #expect(lab.leftovers == [])
            #expect(lab.blobs == [])
            let record = try Disk.text(lab.lastBake.appending("bake.json"))
            #expect(record.contains("\"state\" : \"failed\""))
            #expect(record.contains("\"status\" : 80"))
        }
    }
}
