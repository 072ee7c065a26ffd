import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

@testable import InstallTrees

@Suite struct DirectoryMediumTests {
    @Test(.timeLimit(.minutes(2))) func makesACompleteImage() async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("tree")
            try SampleTree().write(to: root)
            let large = SampleTree.noise(3_000_001, seed: 20)
            try root.appending("Packages").appending("größe with = and 'quotes'.rpm").write(large)
            try FileManager.default.createSymbolicLink(
                atPath: root.appending("isolinux").string,
                withDestinationPath: "images/pxeboot"
            )
            // The directory itself may be named through a link.
            let link = directory.appending("link")
            try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: root.string)
            let output = directory.appending("out.iso")
            try output.write([1])
            try await DirectoryMedium.make(directory: link, volumeID: "Test-1.0_x", output: output)
            #expect(directory.names == ["link", "out.iso", "tree"])
            #expect(try ISOImage(output).label == "Test-1.0_x")

            let unpacked = directory.appending("unpacked")
            let result = try await run(
                .name("xorriso"),
                arguments: ["-osirrox", "on", "-indev", output.string, "-extract", "/", unpacked.string],
                output: .discarded,
                error: .string(limit: 65536)
            )
            #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
            #expect(try unpacked.appending("Packages").appending("größe with = and 'quotes'.rpm").bytes == large)
            #expect(try unpacked.appending(".treeinfo").bytes == Array(SampleTree().treeinfo.utf8))
            #expect(try unpacked.appending("isolinux").appending("vmlinuz").bytes == SampleTree().kernel)
        }
    }

    /// What must not be put on a CD, each with what is said of it.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            ("absolute link", TreeError.Code.unsafePath, "absolute path /etc/passwd"),
            ("absolute link inside", .unsafePath, "absolute path"),
            ("link out", .unsafePath, "a symbolic link out of"),
            ("link to a sister", .unsafePath, "a symbolic link out of"),
            ("link through a directory", .unsafePath, "a symbolic link out of"),
            ("dangling link", .unsafePath, "to nothing: missing"),
            ("link circle", .unsafePath, "to nothing"),
            ("pipe", .unsafePath, "a device, a pipe or a socket"),
            ("socket", .unsafePath, "a device, a pipe or a socket"),
            ("missing", .noSuchDirectory, "there is no directory"),
            ("file", .notADirectory, "is not a directory"),
            ("output in a missing directory", .toolFailed, "could not make"),
        ]
    ) func refuses(what: String, code: TreeError.Code, part: String) async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("tree")
            try root.appending("sub").appending("file").write([1])
            try directory.appending("tree-sister").appending("secret").write([2])
            var output = directory.appending("out.iso")
            var source = root
            func link(_ target: String, _ name: String = "sub/link") throws {
                try FileManager.default.createSymbolicLink(
                    atPath: root.pushing(FilePath(name)).string,
                    withDestinationPath: target
                )
            }
            switch what {
            case "absolute link": try link("/etc/passwd")
            case "absolute link inside": try link(root.appending("sub").appending("file").string)
            case "link out": try link("../../tree-sister/secret")
            // A prefix of the name is not the directory.
            case "link to a sister": try link("../tree-sister", "link")
            case "link through a directory":
                try link(".", "self")
                try link("self/../tree-sister", "link")
            case "dangling link": try link("missing")
            case "link circle": try link("link")
            case "pipe": #expect(mkfifo(root.appending("pipe").string, 0o600) == 0)
            case "socket":
                let socket = try DirectoryMediumTests.bindSocket(root.appending("s"))
                close(socket)
            case "missing": source = directory.appending("nothing")
            case "file": source = root.appending("sub").appending("file")
            default: output = directory.appending("nowhere").appending("out.iso")
            }
            let error = await #expect(throws: TreeError.self) {
                try await DirectoryMedium.make(directory: source, volumeID: "X", output: output)
            }
            #expect(error?.code == code, "\(String(describing: error))")
            #expect(error?.description.contains(part) == true, "\(String(describing: error))")
            #expect(!directory.names.contains { $0.contains("iso") })
        }
    }

    @Test(arguments: ["", "a b", "a/b", "ä", "a\nb", String(repeating: "x", count: 33), "-o=x;"])
    func refusesALabel(label: String) async throws {
        try await withTemporaryDirectory { directory in
            let error = await #expect(throws: TreeError.self) {
                try await DirectoryMedium.make(
                    directory: directory,
                    volumeID: label,
                    output: directory.appending("out.iso")
                )
            }
            #expect(error?.code == .badVolumeID)
            #expect(error?.exitStatus == 65)
        }
    }

    @Test(.timeLimit(.minutes(2))) func aCancelledOneLeavesNothing() async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("tree")
            try root.appending("file").write([])
            // Sparse: it takes xorriso a while to write and no space to hold.
            #expect(truncate(root.appending("file").string, 3 << 30) == 0)
            let output = directory.appending("out").appending("x.iso")
            try directory.appending("out").appending("other").write([])
            let task = Task { try await DirectoryMedium.make(directory: root, volumeID: "X", output: output) }
            while output.removingLastComponent().names.count < 2 { try await Task.sleep(for: .milliseconds(10)) }
            task.cancel()
            let error = await #expect(throws: TreeError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(output.removingLastComponent().names == ["other"])
        }
    }

    static func bindSocket(_ path: FilePath) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.string.utf8)
        try #require(bytes.count < 108, "the temporary directory has too long a name for a socket")
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        return descriptor
    }
}
