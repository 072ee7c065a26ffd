import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// Each thing that can be wrong with an install tree ends the bake before a guest starts, and leaves nothing in the cache.
    ///
    /// A server that never answers is missing here, because it takes three minutes to give up on one: InstallTreesTests has it.
    @Suite("Wrong install trees", .needs(.guests, .python))
    struct WrongTreeTests {
        /// A wrong tree and what is said of it.
        enum Wrong: String, CaseIterable, CustomTestStringConvertible, Sendable {
            case notFound, html, noKernel, otherKernel, refused, noTreeinfo, noDirectory, aFile

            var testDescription: String { rawValue }

            var expected: (status: Int32, words: [String]) {
                switch self {
                case .notFound: (66, ["http://127.0.0.1:", "has no .treeinfo", "404"])
                case .html: (66, ["http://127.0.0.1:", "web page"])
                case .noKernel: (66, ["the tree has no images/pxeboot/vmlinuz at http://127.0.0.1:", "404"])
                case .otherKernel:
                    (
                        66,
                        ["images/pxeboot/vmlinuz is not what the treeinfo promises", "expected sha256:", "got sha256:"]
                    )
                case .refused: (69, ["refuses connections on port"])
                case .noTreeinfo: (66, ["is no install tree: it has no .treeinfo"])
                case .noDirectory: (66, ["there is no directory"])
                case .aFile: (66, ["is not an ISO 9660 image"])
                }
            }

            /// Makes it, and returns what names it.
            func location(in lab: Lab) async throws -> String {
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let kernel = tree.appending("images").appending("pxeboot").appending("vmlinuz")
                switch self {
                case .notFound:
                    Disk.remove(tree.appending(".treeinfo"))
                    return try await TreeServer.start(tree, in: lab).url
                case .html:
                    return try await TreeServer.start(tree, answering: .page, in: lab).url
                case .noKernel:
                    Disk.remove(kernel)
                    return try await TreeServer.start(tree, in: lab).url
                case .otherKernel:
                    try Disk.write("another kernel\n", to: kernel)
                    return try await TreeServer.start(tree, in: lab).url
                case .refused:
                    let server = try await TreeServer.start(tree, in: lab)
                    await server.stop()
                    return server.url
                case .noTreeinfo:
                    Disk.remove(tree.appending(".treeinfo"))
                    return tree.string
                case .noDirectory:
                    return "\(tree)-of-another-name"
                case .aFile:
                    return "\(tree)/.treeinfo"
                }
            }
        }

        @Test("ends the bake", arguments: Wrong.allCases)
        func isRefused(_ wrong: Wrong) async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let location = try await wrong.location(in: lab)
                let result = try await lab.run(["build", recipe.string, "--location", location])
                result.expect(wrong.expected.status, wrong.expected.words)
                #expect(result.stdout == "")
                expectNothingMade(in: lab)
                let bakes = try await lab.run(["bakes", "list"]).required()
                #expect(bakes.stdout.contains("failed"))
            }
        }

        @Test(
            "the CentOS recipe on a machine without internet says what to do",
            .needs(.namespaces)
        )
        func offline() async throws {
            try await withLab { lab in
                let result = try await lab.run(["build", "recipes/centos7.recipe"], confinement: .offline)
                result.expect(
                    69,
                    "the host vault.centos.org has no name in DNS",
                    "this machine may have no internet",
                    "--location"
                )
                expectNothingMade(in: lab)
                // The plan says so beforehand, and is no failure: it was only asked.
                let plan = try await lab.run(["plan", "recipes/centos7.recipe"], confinement: .offline)
                #expect(
                    try plan.required().stdout.contains("would fail now: the host vault.centos.org has no name in DNS")
                )
            }
        }

        @Test("a tree of another system is refused")
        func otherSystem() async throws {
            try await withLab { lab in
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let result = try await lab.run(["build", "recipes/centos7.recipe", "--location", tree.string])
                result.expect(
                    65,
                    "recipes/centos7.recipe:\(try line(of: "os:", in: "recipes/centos7.recipe")):5: error: ",
                    "is debian 12 ('Debian 12'), but centos 7 is wanted",
                    "install.location"
                )
                expectNothingMade(in: lab)
                // Neither is it pinned.
                let recipe = try SmallRecipe.write(to: lab, replacing: "location: built-in", with: "location: \(tree)")
                try Disk.write(try Disk.text(recipe).replacing("debian12", with: "debian13"), to: recipe)
                try await lab.run(["pin", recipe.string]).expect(65, "web.recipe:6:13: error: ", "debian 13 is wanted")
                #expect(try !Disk.text(recipe).contains("pin:"))
            }
        }

        @Test("a tree over plain http that nothing vouches for is refused, and used where that is asked for")
        func unverified() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let treeinfo = tree.appending(".treeinfo")
                try Disk.write(
                    try Disk.text(treeinfo).replacing(#/images\/pxeboot\/vmlinuz = .*/#, with: ""),
                    to: treeinfo
                )
                let server = try await TreeServer.start(tree, in: lab)
                let refused = try await lab.run(["build", recipe.string, "--location", server.url])
                refused.expect(
                    65,
                    "nothing vouches for the tree",
                    "imagebake pin",
                    "--allow-unverified-tree",
                    "--location"
                )
                expectNothingMade(in: lab)
                let used = try await lab.run([
                    "build", recipe.string, "--location", server.url, "--allow-unverified-tree", "--deadline", "10s",
                ])
                #expect([69, 80].contains(used.status), "its kernel is none: \(used)")
                #expect(used.stderr.contains("warning: nothing vouches for the tree"), "\(used)")
            }
        }

        @Test("a pinned tree is refused when another one is served in its place")
        func pinned() async throws {
            try await withLab { lab in
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let server = try await TreeServer.start(tree, in: lab)
                let recipe = try SmallRecipe.write(
                    to: lab,
                    replacing: "location: built-in",
                    with: "# where it is\n  location: \(server.url)"
                )
                let before = try Disk.text(recipe)
                let pin = try await lab.run(["pin", recipe.string]).required()
                let digest = try await lab.tool("sha256sum", "\(tree)/.treeinfo").prefix(64)
                #expect(pin.line == "sha256:\(digest)")
                let after = try Disk.text(recipe)
                #expect(after.contains("pin:\n    treeinfo: sha256:\(digest)\n  # where it is\n"), "\(after)")
                #expect(after.replacing("  pin:\n    treeinfo: sha256:\(digest)\n", with: "") == before)
                try await lab.run(["validate", recipe.string]).required()
                #expect(try await lab.run(["pin", recipe.string]).required().stderr.contains("pinned already"))

                let treeinfo = tree.appending(".treeinfo")
                try Disk.write(try Disk.text(treeinfo) + "\n# another one\n", to: treeinfo)
                let result = try await lab.run(["build", recipe.string])
                let place = "web.recipe:\(try line(of: "treeinfo: ", in: recipe.string)):15: error: "
                result.expect(65, place, "that the recipe pins", String(digest), "imagebake pin RECIPE")
                expectNothingMade(in: lab)
                // The plan says so beforehand, also of a tree that is in the cache.
                let plan = try await lab.run(["plan", recipe.string]).required()
                #expect(plan.stdout.contains("would fail now: ") && plan.stdout.contains("that the recipe pins"))
                #expect(plan.stdout.contains("would not be reached"))
            }
        }

        @Test("a pin of the recipe's medium is not forgotten where another tree takes its place")
        func pinnedMedium() async throws {
            try await withLab { lab in
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let server = try await TreeServer.start(tree, in: lab)
                let zeros = String(repeating: "0", count: 64)
                let recipe = try SmallRecipe.write(
                    to: lab,
                    replacing: "location: built-in",
                    with: "location: debian.iso\n  pin: {checksum: \"sha256:\(zeros)\"}"
                )
                for command in ["build", "plan"] {
                    let result = try await lab.run([command, recipe.string, "--location", server.url])
                    result.expect(65, "web.recipe:7:19: error: 'install.pin.checksum' pins a medium", "--location")
                }
                expectNothingMade(in: lab)
            }
        }

        @Test("a medium is found by its label as udev writes it", .needs(.xorriso))
        func label() async throws {
            try await withLab { lab in
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let treeinfo = tree.appending(".treeinfo")
                let text = try Disk.text(treeinfo).replacing("Debian", with: "Rocky Linux")
                try Disk.write(text.replacing("version = 12", with: "version = 9.4"), to: treeinfo)
                let image = lab.root.appending("tree.iso")
                _ = try await lab.tool(
                    "xorriso",
                    "-as",
                    "mkisofs",
                    "-quiet",
                    "-R",
                    "-V",
                    "LABEL",
                    "-o",
                    image.string,
                    tree.string
                )
                // xorriso writes no such label, others do.
                var bytes = try Data(contentsOf: URL(filePath: image.string))
                let name = Data(#"A"B C/D;x"#.utf8)
                bytes.replaceSubrange((16 * 2048 + 40)..<(16 * 2048 + 40 + name.count), with: name)
                try Disk.write(bytes, to: image)
                let out = lab.root.appending("out")
                let rocky = ["render", "recipes/rocky9.recipe", "--location", image.string, "--output", out.string]
                try await lab.run(rocky).required()
                let line = try Disk.text(out.appending("cmdline"))
                #expect(line.contains(#" inst.stage2=hd:LABEL=A\x22B\x20C\x2fD\x3bx "#), "\(line)")
            }
        }

        /// The number of the first line that holds a text.
        private func line(of text: String, in file: String) throws -> Int {
            let path = file.hasPrefix("/") ? FilePath(file) : Checkout.root.pushing(FilePath(file))
            let lines = try Disk.text(path).split(separator: "\n", omittingEmptySubsequences: false)
            return try #require(lines.firstIndex { $0.contains(text) }) + 1
        }

        @Test("an ISO image is an install tree too, and the guest gets it as a medium", .needs(.initrd, .xorriso))
        func image() async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.make("tree", in: lab, script: "exit 3")
                let image = lab.root.appending("tree.iso")
                _ = try await lab.tool(
                    "xorriso",
                    "-as",
                    "mkisofs",
                    "-quiet",
                    "-R",
                    "-V",
                    "LAB",
                    "-o",
                    image.string,
                    tree.string
                )
                let result = try await lab.run(["build", recipe.string, "--location", image.string])
                result.expect(80, "install failed: the kernel panicked")
                let domain = try Disk.text(lab.lastBake.appending("domain.xml"))
                #expect(domain.contains(image.string) || domain.contains("repo.iso"), "\(domain)")
                #expect(
                    try Disk.text(lab.lastBake.appending("rendered/ks.cfg")).contains("file:///run/install/repo/LiveOS")
                )
            }
        }

        private func expectNothingMade(in lab: Lab) {
            #expect(lab.leftovers == [])
            #expect(Disk.names(lab.home.appending("cache").appending("stages")) == [])
            #expect(Disk.names(lab.home.appending("cache").appending("trees")).filter { $0 != ".digests" } == [])
            #expect(lab.blobs == [])
        }
    }
}
