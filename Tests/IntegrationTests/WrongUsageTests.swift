import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// What is typed wrong ends with 64; what does not exist, with 66.
    @Suite("Wrong usage")
    struct WrongUsageTests {
        @Test(
            "is status 64 and says what is known",
            arguments: [
                (["build"], "Missing expected argument '<recipe> ...'"),
                (["build", "x.recipe", "--nope"], "Unknown option '--nope'"),
                (["frobnicate"], "Unexpected argument 'frobnicate'"),
                (["build", "x.recipe", "--progress", "sometimes"], "'auto', 'plain', 'json' or 'none'"),
                (["image", "list", "--format", "xml"], "'table', 'json', 'yaml', 'value' or 'csv'"),
                (["image", "list", "--format", "shell"], "'table', 'json', 'yaml', 'value' or 'csv'"),
                (["image", "show", "x", "--format", "csv"], "'table', 'json', 'yaml', 'value' or 'shell'"),
                (["image", "show", "x", "--sort-column", "id"], "Unknown option '--sort-column'"),
                (["image", "list", "--prefix", "x"], "Unknown option '--prefix'"),
                (["inspect", "x.qcow2", "-c", "users"], "Unknown option '-c'"),
                (["image", "list", "-c", "Nmae"], "there is no column 'Nmae'; there are: ID, Name, Disk Format"),
                (["image", "show", "x", "-c", "nmae"], "there is no column 'nmae'; there are: checksum, "),
                (["image", "create", "x", "-f", "value", "-c", "nmae"], "there is no column 'nmae'"),
                (["image", "show", "x", "-f", "shell", "--prefix", "a-b"], "not 'a-b'"),
                (["image", "list", "--max-items=-1"], "--max-items is a number of images"),
                (["image", "show"], "Missing expected argument '<image>'"),
                (["bakes", "log", "last", "--tail"], "Unknown option '--tail'"),
            ]
        )
        func wrongUsage(arguments: [String], words: String) async throws {
            try await withLab { lab in
                let result = try await lab.run(arguments)
                result.expect(64, words)
                #expect(result.stdout == "")
                #expect(!Disk.exists(lab.home))
            }
        }

        @Test(
            "what does not exist is status 66 and says how to see what does",
            arguments: [
                (["image", "show", "nothing"], "no image has the id or the name 'nothing'", "imagebake image list"),
                (["image", "delete", "nothing"], "no image has the id or the name 'nothing'", "imagebake image list"),
                (
                    ["image", "save", "nothing", "--file", "x"], "no image has the id or the name 'nothing'",
                    "image list"
                ),
                (["bakes", "show", "2034"], "there is no bake '2034'", "imagebake bakes list"),
                (["bakes", "log", "last"], "there is no bake 'last'", "imagebake bakes list"),
            ]
        )
        func unknownName(arguments: [String], words: String, next: String) async throws {
            try await withLab { lab in
                let result = try await lab.run(arguments, directory: lab.root)
                result.expect(66, "error: \(words)", next)
                #expect(!Disk.exists(lab.root.appending("x")))
            }
        }

        @Test("a home that is no absolute path is status 78")
        func relativeHome() async throws {
            try await withLab { lab in
                let result = try await lab.run(
                    ["image", "list"],
                    environment: ["IMAGEBAKE_HOME": "here"],
                    directory: lab.root
                )
                result.expect(78, "IMAGEBAKE_HOME is not an absolute path: 'here'")
                #expect(!Disk.exists(lab.root.appending("here")))
            }
        }

        @Test("data goes to standard output and nothing else does")
        func streams() async throws {
            try await withLab { lab in
                let version = try await lab.run(["--version"]).required()
                #expect(version.stderr == "")
                #expect(version.line.wholeMatch(of: #/\d+\.\d+\.\d+/#) != nil)
                let images = try await lab.run(["image", "list"]).required()
                #expect(images.stdout == "")
                #expect(images.stderr == "no images\n")
                let json = try await lab.run(["image", "list", "--format", "json"])
                #expect(json.stdout == "[]\n")
                #expect(json.stderr == "")
            }
        }
    }
}
