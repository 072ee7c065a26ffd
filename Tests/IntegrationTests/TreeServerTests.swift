import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// A server of install trees that dies in the middle, and one whose tree is to be fetched anew.
    @Suite("Servers of install trees", .needs(.guests, .python))
    struct TreeServerTests {
        @Test("one that dies while the initrd is fetched: status 69, nothing half-made, and the next run has the tree")
        func diesInTheDownload() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab, initrdMebibytes: 8)
                let server = try await TreeServer.start(tree, answering: .dying, at: "initrd.img", in: lab)
                let result = try await lab.run(["build", recipe.string, "--location", server.url])
                result.expect(69, "initrd.img", "cause", "next")
                try await lab.expectEvidence(of: result)
                #expect(lab.leftovers == [])
                #expect(Disk.names(lab.home.appending("cache").appending("trees")).filter { !$0.hasPrefix(".") } == [])
                let other = try await TreeServer.start(tree, in: lab)
                try await lab.run(["build", recipe.string, "--location", other.url, "--until", "tree"]).required()
            }
        }

        @Test("one that dies under the installer: status 80, with what the installer says of it", .needs(.debianTree))
        func diesInTheInstall() async throws {
            let tree = try await DebianBake.tree()
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let server = try await TreeServer.start(tree, answering: .dying, at: "rootfs.tar", in: lab)
                let result = try await lab.run(
                    ["build", recipe.string, "--location", server.url, "--deadline", "10m", "--progress", "plain"]
                )
                result.expect(80, "install failed: ", "rootfs.tar", "console.log:", "next")
                #expect(server.requests.contains("half of /LiveOS/rootfs.tar is sent"))
                try await lab.expectEvidence(of: result, with: "console.log", "rendered/ks.cfg", "domain.xml")
                #expect(lab.leftovers == [])
                #expect(Disk.names(lab.home.appending("cache").appending("stages")) == [])
            }
        }

        @Test("--refresh tree, --no-cache and --max-age fetch kernel and initrd again and verify them")
        func refresh() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let server = try await TreeServer.start(tree, in: lab)
                var fetched = 0
                func build(_ options: String..., fetches: Bool) async throws {
                    let command = ["build", recipe.string, "--location", server.url, "--until", "tree"] + options
                    try await lab.run(command).required()
                    if fetches { fetched += 1 }
                    for name in ["vmlinuz", "initrd.img"] {
                        let count = server.requests.matches(of: try Regex("GET /images/pxeboot/\(name)")).count
                        #expect(count == fetched, "\(options): \(name)")
                    }
                }
                try await build(fetches: true)
                try await build(fetches: false)
                try await build("--refresh", "tree", fetches: true)
                try await build("--no-cache", fetches: true)
                // Stages after it do not make it old.
                try await build("--refresh", "install", fetches: false)
                try await build("--max-age", "1h", fetches: false)
                let plan = ["plan", recipe.string, "--location", server.url]
                #expect(try await lab.run(plan).required().stdout.contains(#/tree +\| cached/#))
                #expect(try await lab.run(plan + ["--refresh", "tree"]).required().stdout.contains(#/tree +\| run/#))

                // A clock that was wrong: a time that is still to come proves nothing.
                let trees = lab.home.appending("cache").appending("trees")
                let entry = try #require(Disk.names(trees).first { $0.count == 64 })
                _ = try await lab.tool("touch", "--date", "+3 years", "\(trees)/\(entry)/complete")
                try await build("--max-age", "1h", fetches: true)
                try await build("--max-age", "1h", fetches: false)

                // The mirror gives out other bytes than its treeinfo says: what is in the cache stays what it was.
                try Disk.write("another kernel\n", to: tree.appending("images/pxeboot/vmlinuz"))
                let bad = try await lab.run([
                    "build", recipe.string, "--location", server.url, "--until", "tree", "--refresh", "tree",
                ])
                bad.expect(66, "vmlinuz", "expected sha256:")
                #expect(try Disk.text(trees.appending(entry).appending("kernel")) == "no kernel\n")
                #expect(lab.leftovers == [])
            }
        }
    }
}
