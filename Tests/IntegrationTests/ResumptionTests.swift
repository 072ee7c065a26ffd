import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// Nothing starts over: what one run has made the next one uses, whatever ended it.
    @Suite("Going on where a bake ended", .needs(.guests, .appliance, .debianTree))
    struct ResumptionTests {
        /// A lab whose home has the Debian tree, and a small recipe in it.
        private func prepare(_ lab: Lab) async throws -> FilePath {
            let tree = try await DebianBake.tree()
            try await lab.learn()
            return try SmallRecipe.write(to: lab, replacing: "built-in", with: tree.string)
        }

        @Test("a bake stopped after the install goes on with sysprep, and one that failed in convert with convert")
        func resumes() async throws {
            try await withLab { lab in
                let recipe = try await prepare(lab).string
                let stages = lab.home.appending("cache").appending("stages")

                let first = try await lab.run(["build", recipe, "--until", "install", "--progress", "json"]).required()
                #expect(first.events.ran == ["render", "tree", "install"])
                // What is printed is the disk, and it is the cached one.
                #expect(first.line.hasPrefix(stages.string) && first.line.hasSuffix("/disk.qcow2"), "\(first)")
                #expect(Disk.exists(FilePath(first.line)))
                #expect(lab.leftovers == [])
                #expect(lab.blobs == [])

                // qemu-img fails the first time that it is to convert.
                let bin = lab.root.appending("bin")
                let fake = bin.appending("qemu-img")
                try Disk.write(
                    """
                    #!/bin/sh
                    if [ "$1" = convert ] && [ ! -e '\(bin)/failed' ]; then
                        : >'\(bin)/failed'
                        echo 'qemu-img: error while writing: Invalid argument' >&2
                        exit 1
                    fi
                    PATH=${PATH#*:}
                    exec qemu-img "$@"

                    """,
                    to: fake
                )
                chmod(fake.string, 0o755)
                let path = ["PATH": "\(bin):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"]
                let second = try await lab.run(["build", recipe, "--progress", "json"], environment: path)
                second.expect(82, "Invalid argument")
                #expect(second.events.cached == ["install"])
                #expect(lab.leftovers == [])

                let plan = try await lab.run(["plan", recipe], environment: path).required()
                #expect(plan.stdout.contains(#/sysprep +\| cached/#), "\(plan)")
                let third = try await lab.run(["build", recipe, "--progress", "json"], environment: path).required()
                #expect(third.events.ran == ["render", "tree", "convert", "publish"])
                #expect(third.events.cached == ["install", "sysprep"])
                #expect(lab.imageBlobs.count == 1)

                // A damaged product is not used; what it was made from still is.
                let artefacts = try #require(Disk.names(stages).first { $0.hasPrefix("convert-") })
                let image = try #require(Disk.names(stages.appending(artefacts)).first { $0.hasPrefix("image-") })
                let file = stages.appending(artefacts).appending(image)
                // The registry's image may be the same file.
                _ = try await lab.tool("sh", "-c", "cp '\(file)' '\(file).new' && mv '\(file).new' '\(file)'")
                let handle = try #require(FileHandle(forWritingAtPath: file.string))
                try handle.seek(toOffset: 300_000)
                try handle.write(contentsOf: Data("damage".utf8))
                try handle.close()
                let fourth = try await lab.run(
                    ["build", recipe, "--refresh", "publish", "--progress", "json"],
                    environment: path
                )
                .required()
                #expect(fourth.stderr.contains("is damaged"))
                #expect(fourth.events.ran == ["render", "tree", "convert", "publish"])

                let unchanged = try await lab.run(["build", recipe, "--progress", "json"], environment: path).required()
                #expect(unchanged.events.ran == ["render", "tree"])

                let list = try await lab.run(["cache", "list", "--format", "value"]).required()
                #expect(list.stdout.split(separator: "\n").count >= 4, "\(list)")
                _ = try await lab.run(["cache", "prune", "--all"]).required()
                #expect(Disk.names(stages) == [])
                #expect(lab.leftovers == [])
            }
        }

        @Test("two processes that want one image make it once, and two recipes at once share a tree and an install")
        func shared() async throws {
            try await withLab { lab in
                let recipe = try await prepare(lab)
                let other = try lab.file(
                    "db.recipe",
                    Disk.text(recipe).replacing("name: web", with: "name: db").replacing(
                        "name: debian",
                        with: "name: admin"
                    )
                )
                let first = try await lab.start(
                    ["build", recipe.string, other.string, "--jobs", "2", "--progress", "plain"]
                )
                try await lab.wait(for: "the install") { lab.consoles.contains { !$0.isEmpty } || !first.isRunning }
                let second = try await lab.start(["build", recipe.string, "--progress", "json"])
                let one = try await first.result().required()
                let two = try await second.result().required()

                // Both recipes have one kickstart, so there was one install.
                let stages = lab.home.appending("cache").appending("stages")
                #expect(Disk.names(stages).filter { $0.hasPrefix("install-") }.count == 1)
                #expect(one.stdout.split(separator: "\n").count == 2)
                #expect(one.stderr.contains(#/(web|db): install: waiting for the bake/#), "\(one)")
                #expect(one.stderr.contains(#/web: published web in/#) && one.stderr.contains(#/db: published db in/#))
                // Each line says whose it is.
                let lines = one.stderr.split(separator: "\n")
                #expect(lines.allSatisfy { $0.hasPrefix("web: ") || $0.hasPrefix("db: ") }, "\(one)")

                #expect(two.stderr.contains("waiting for the bake"))
                #expect(two.events.ran == ["render", "tree"])
                #expect(one.stdout.contains(two.line), "the waiter has the other's image")
                #expect(lab.leftovers == [])
                #expect(
                    Disk.names(lab.home.appending("state").appending("locks")).filter { $0.hasPrefix("stage-") } == []
                )
            }
        }
    }
}

extension Lab {
    /// The consoles of all bakes, as far as they are written.
    var consoles: [String] {
        let bakes = home.appending("bakes")
        return Disk.names(bakes).map { (try? Disk.text(bakes.appending($0).appending("console.log"))) ?? "" }
    }
}
