import Foundation
import SystemPackage
import Testing

extension Integration {
    /// A disk of this machine that fills up while a bake is under way; under the installer: see `WrongMachineTests`.
    @Suite("A disk that fills up", .needs(.guests, .root))
    struct FullDiskTests {
        @Test(
            "under libguestfs: status 74 with the cause, the evidence is packed, and the next run goes on from the install",
            .needs(.debianTree, .appliance)
        )
        func overlay() async throws {
            let tree = try await DebianBake.tree()
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab, replacing: "built-in", with: tree.string).string
                let stages = lab.home.appending("cache").appending("stages")
                try await lab.run(["build", recipe, "--until", "install", "--progress", "none"]).required()
                let installed = Disk.names(stages)
                let work = lab.home.appending("cache").appending("work")
                let bake = try await lab.start(
                    ["build", recipe, "--progress", "plain"],
                    confinement: .smallDisk(work, mebibytes: 256)
                )
                try await lab.wait(for: "the appliance") {
                    (try? Disk.text(bake.stderr))?.contains("starting libguestfs' appliance") == true || !bake.isRunning
                }
                let size = try await fill(work, of: bake, in: lab, leaving: 512)
                let begin = ContinuousClock.now
                let result = try await bake.result()
                result.expect(
                    74,
                    "the disk of this machine is full: QEMU could not go on with ",
                    "No space left on device",
                    "free some space, or set IMAGEBAKE_HOME to a larger disk"
                )
                #expect(ContinuousClock.now - begin < .seconds(180), "\(size)")
                try await lab.expectEvidence(of: result)
                try expectEmpty(work, lab)
                #expect(Disk.names(stages) == installed)
                let next = try await lab.run(["build", recipe, "--until", "sysprep", "--progress", "json"]).required()
                #expect(next.events.cached == ["install"])
                #expect(next.events.ran == ["render", "tree", "sysprep"])
                #expect(lab.leftovers == [])
            }
        }

        @Test("under the bundle: the first failure is told, and that its evidence is not packed", .needs(.initrd))
        func bundle() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script: "echo here I am\nwhile :; do /bin/busybox sleep 60; done"
                )
                let bakes = lab.home.appending("bakes")
                try Disk.make(bakes)
                let bake = try await lab.start(
                    ["build", recipe.string, "--location", tree.string, "--quiet"],
                    confinement: .smallDisk(bakes, mebibytes: 8)
                )
                // As the bake sees it, in its own mounts.
                let seen = FilePath("/proc/\(bake.pid)/root\(bakes)")
                try await lab.wait(for: "the guest") {
                    let console = Disk.names(seen).last.map { seen.appending($0).appending("console.log") }
                    return console.flatMap { try? Disk.text($0) }?.contains("here I am") == true || !bake.isRunning
                }
                _ = try await fill(bakes, of: bake, in: lab, leaving: 0)
                for pid in Processes.guests(naming: lab.root.string) { kill(pid, SIGKILL) }
                let result = try await bake.result()
                result.expect(80, "install failed: QEMU came to an end", "here I am")
                // Quiet as it is, and with nothing but the failure's own lines.
                let lines = result.stderr.split(separator: "\n")
                #expect(lines.count == 4, "\(result)")
                #expect(lines.last?.hasPrefix("  evidence  \(bakes)/") == true, "\(result)")
                #expect(lines.last?.contains(", not packed: ") == true, "\(result)")
                #expect(lines.last?.contains("space") == true, "\(result)")
                let files = try Disk.text(lab.confinedFiles).split(separator: "\n")
                #expect(files.contains { $0.hasSuffix("/console.log") }, "the home was not looked at")
                #expect(files.filter { $0.contains("failure-") } == [])
                #expect(lab.leftovers == [])
            }
        }

        /// Lets a file system of a running bake have only so many KiB more than it has now.
        private func fill(
            _ directory: FilePath,
            of bake: RunningCommand,
            in lab: Lab,
            leaving kibibytes: Int
        ) async throws -> String {
            let script = """
                used=$(df --output=used -k '\(directory)' | tail -n 1)
                mount -o remount,size=$((used + \(kibibytes)))k '\(directory)'
                df -k '\(directory)'
                """
            return try await lab.tool("nsenter", "--target", "\(bake.pid)", "--mount", "sh", "-c", script)
        }

        private func expectEmpty(_ directory: FilePath, _ lab: Lab) throws {
            let files = try Disk.text(lab.confinedFiles).split(separator: "\n")
            #expect(files.contains { $0 == directory.string }, "the home was not looked at")
            #expect(files.filter { $0.hasPrefix("\(directory)/") } == [])
        }
    }
}
