import Foundation
import SystemPackage
import Testing

extension Integration {
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
                        74,
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
                result.expect(65, "is debian 12 ('Debian 12'), but centos 7 is wanted", "install.location")
                expectNothingMade(in: lab)
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
