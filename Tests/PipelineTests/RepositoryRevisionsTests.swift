import Foundation
import InstallTrees
import Recipes
import SystemPackage
import TestSupport
import Testing

@testable import Pipeline

@Suite("Revisions of repositories")
struct RepositoryRevisionsTests {
    @Test("The first mirror of a list leads to its repomd.xml")
    func lists() {
        let list = "# repo = epel-9 arch = x86_64\n\nrsync://a/x/\nhttps://b/epel/9/\nhttps://c/epel/9/\n"
        #expect(RepositoryRevisions.firstRepomd(in: list) == "https://b/epel/9/repodata/repomd.xml")
        let metalink = """
            <?xml version="1.0" encoding="utf-8"?>
            <metalink version="3.0" xmlns="http://www.metalinker.org/" type="dynamic">
              <files><file name="repomd.xml"><resources maxconnections="1">
                <url protocol="rsync" type="rsync" preference="100">rsync://a/os/repodata/repomd.xml</url>
                <url protocol="https" type="https" preference="99">https://b/os/repodata/repomd.xml</url>
              </resources></file></files>
            </metalink>
            """
        #expect(RepositoryRevisions.firstRepomd(in: metalink) == "https://b/os/repodata/repomd.xml")
        #expect(RepositoryRevisions.firstRepomd(in: "<html>moved</html>") == nil)
    }

    @Test("A variant's repository may be in a sister tree")
    func variants() {
        let tree = "https://m/9/BaseOS/x86_64/os"
        #expect(
            RepositoryRevisions.resolve("../../../AppStream/x86_64/os", in: tree) == "https://m/9/AppStream/x86_64/os"
        )
    }

    @Test("Debian's archives are those of the lines that a sources.list has")
    func releases() {
        let text =
            "deb http://m/debian/ bookworm main\ndeb http://s bookworm-security main\ndeb file:/x bookworm main\n"
        let releases = RepositoryRevisions.releases(text)
        #expect(releases.map(\.suite) == ["bookworm", "bookworm-security"])
        #expect(
            releases.map(\.url) == [
                "http://m/debian/dists/bookworm/InRelease", "http://s/dists/bookworm-security/InRelease",
            ]
        )
    }

    private static func recipe(_ scratch: Scratch, _ url: String) throws -> Recipe {
        let text = """
            version: 1
            name: web
            os: rocky9
            install:
              location: \(url)/os
              repositories:
                - {name: plain, url: \(url)/plain}
                - {name: listed, mirrorlist: \(url)/mirrors}
                - {name: gone, url: \(url)/gone}

            """
        return try RecipeLoader().load(try scratch.write("web.recipe", Data(text.utf8)))
    }

    @Test("Revisions change with the repositories, and stay as last seen while the server is gone")
    func offline() async throws {
        let scratch = try Scratch()
        let root = scratch.appending("served")
        for name in ["os", "plain", "listed"] {
            let directory = root.appending(name).appending("repodata")
            try Files.makeDirectory(directory)
            try Files.write("<repomd>\(name) 1</repomd>", to: directory.appending("repomd.xml"))
        }
        let server = try await PayloadServer.start(root: root)
        try Files.write("# a list\n\(server.url)/listed/\n", to: root.appending("mirrors"))
        let home = try Home(environment: ["IMAGEBAKE_HOME": scratch.appending("home").string], isRoot: false)
        let revisions = RepositoryRevisions(
            recipe: try Self.recipe(scratch, server.url),
            home: home,
            resources: try Resources()
        )
        func read() async -> (inputs: [String: String], warnings: [String]) {
            var warnings: [String] = []
            let inputs = await revisions.read(directory: nil, variants: [], warn: { warnings.append($0) })
            return (inputs, warnings)
        }

        let first = await read()
        #expect(first.warnings == [])
        #expect(
            first.inputs.keys.sorted()
                == ["packages of the tree", "repository gone", "repository listed", "repository plain"]
        )
        #expect(first.inputs["repository gone"] == "none")
        #expect(Set(first.inputs.values).count == 4)
        // An unchanged repository is the same whatever else is in the list of its mirrors.
        try Files.write("# tomorrow's\n\(server.url)/listed/\nhttp://x/\n", to: root.appending("mirrors"))
        #expect(await read() == first)

        let changed = root.appending("plain").appending("repodata").appending("repomd.xml")
        try Files.write("<repomd>plain 2</repomd>", to: changed)
        let second = await read()
        #expect(second.inputs.filter { first.inputs[$0.key] != $0.value }.keys.sorted() == ["repository plain"])

        await server.stop()
        let begin = ContinuousClock.now
        let third = await read()
        #expect(third.inputs == second.inputs)
        #expect(third.warnings.count == 4)
        #expect(third.warnings.allSatisfy { $0.contains("it is taken for unchanged") }, "\(third.warnings)")
        #expect(ContinuousClock.now - begin < .seconds(8))
    }
}
