import Foundation
import InstallTrees
import Subprocess
import SystemPackage
import Testing

@Suite struct InitrdInjectorTests {
    /// The archive of one file, byte by byte as buffer-format.rst describes it.
    @Test func writesGoldenBytes() async throws {
        try await withTemporaryDirectory { directory in
            let initrd = directory.appending("initrd")
            try initrd.write([1, 2, 3, 4, 5])
            let output = directory.appending("out")
            let file = InitrdInjector.File(name: "ks.cfg", contents: Array("text\n".utf8))
            try await InitrdInjector.inject([file], into: initrd, writing: output)
            let zero = "00000000"
            func header(_ inode: String, _ mode: String, _ links: String, _ size: String, _ name: String) -> String {
                "070701" + inode + mode + zero + zero + links + zero + size + zero + zero + zero + zero + name + zero
            }
            var expected: [UInt8] = [1, 2, 3, 4, 5, 0, 0, 0]
            expected += Array((header("00000001", "000041ED", "00000002", zero, "00000002") + ".\0").utf8)
            expected += Array(
                (header("00000002", "00008180", "00000001", "00000005", "00000007") + "ks.cfg\0\0\0\0text\n\0\0\0").utf8
            )
            expected += Array((header(zero, zero, "00000001", zero, "0000000B") + "TRAILER!!!\0\0\0\0").utf8)
            expected += [UInt8](repeating: 0, count: 512 - (expected.count - 8))
            #expect(try output.bytes == expected)
            #expect(directory.names == ["initrd", "out"])
            let attributes = try FileManager.default.attributesOfItem(atPath: output.string)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    /// cpio(1) is the judge: it lists and unpacks what was appended.
    @Test(arguments: [0, 1, 2, 3, 4, 1_048_577]) func cpioReadsTheAppendedPart(size: Int) async throws {
        try await withTemporaryDirectory { directory in
            let original = SampleTree.noise(size, seed: 6)
            let initrd = directory.appending("initrd")
            try initrd.write(original)
            let output = directory.appending("out")
            let large = SampleTree.noise(100_003, seed: 7)
            try await InitrdInjector.inject(
                [
                    .init(name: "ks.cfg", contents: Array("url --url=http://10.0.2.2/\n".utf8)),
                    .init(name: "etc/imagebake/größe", contents: large, mode: 0o640),
                    .init(name: "etc/empty", contents: []),
                ],
                into: initrd,
                writing: output
            )
            let bytes = try output.bytes
            let start = (size + 3) / 4 * 4
            #expect(Array(bytes.prefix(size)) == original)
            #expect(bytes[size..<start].allSatisfy { $0 == 0 })
            let archive = directory.appending("archive")
            try archive.write(bytes[start...])

            let listing = try await run(
                .name("cpio"),
                arguments: ["-itv", "-F", archive.string],
                output: .string(limit: 65536),
                error: .string(limit: 65536)
            )
            #expect(listing.terminationStatus.isSuccess)
            let lines = listing.standardOutput.split(separator: "\n").map(String.init)
            #expect(lines.count == 6)
            #expect(lines.first?.hasPrefix("drwxr-xr-x   2 root     root            0 ") == true)
            #expect(
                lines.contains { $0.hasPrefix("-rw-------   1 root     root           27") && $0.hasSuffix("ks.cfg") }
            )
            #expect(lines.contains { $0.hasPrefix("drwxr-xr-x") && $0.hasSuffix(" etc/imagebake") })
            #expect(lines.contains { $0.hasPrefix("-rw-r-----   1 root     root       100003") })
            #expect(listing.standardError.contains("block"))

            let unpacked = directory.appending("unpacked")
            try FileManager.default.createDirectory(atPath: unpacked.string, withIntermediateDirectories: true)
            let extraction = try await run(
                .name("cpio"),
                arguments: ["-id", "--quiet", "-F", archive.string],
                workingDirectory: unpacked,
                output: .discarded,
                error: .string(limit: 65536)
            )
            #expect(extraction.terminationStatus.isSuccess, "\(extraction.standardError)")
            #expect(try unpacked.appending("etc").appending("imagebake").appending("größe").bytes == large)
            #expect(try unpacked.appending("etc").appending("empty").bytes.isEmpty)
        }
    }

    @Test(arguments: [
        [""], ["/ks.cfg"], ["../ks.cfg"], ["a/../../b"], ["a\nb"], ["TRAILER!!!"], ["a", "a"], ["a", "./a"],
        ["a", "a/b"],
        ["a/b", "a"], ["."],
    ]) func refusesUnsafeNames(names: [String]) async throws {
        try await withTemporaryDirectory { directory in
            try directory.appending("initrd").write([1])
            let error = await #expect(throws: TreeError.self) {
                try await InitrdInjector.inject(
                    names.map { .init(name: $0, contents: []) },
                    into: directory.appending("initrd"),
                    writing: directory.appending("out")
                )
            }
            #expect(error?.code == .unsafePath)
            #expect(directory.names == ["initrd"])
        }
    }

    @Test func replacesAnOlderCopyAndLeavesNothingOnFailure() async throws {
        try await withTemporaryDirectory { directory in
            let output = directory.appending("out")
            try output.write([9])
            var error = await #expect(throws: TreeError.self) {
                try await InitrdInjector.inject([], into: directory.appending("none"), writing: output)
            }
            #expect(error?.code == .missingFile)
            #expect(try output.bytes == [9])
            try directory.appending("initrd").write([1, 2])
            try await InitrdInjector.inject([], into: directory.appending("initrd"), writing: output)
            #expect(try output.bytes == [1, 2, 0, 0])
            error = await #expect(throws: TreeError.self) {
                try await InitrdInjector.inject([], into: directory, writing: output)
            }
            #expect(error?.code == .notAFile)
            error = await #expect(throws: TreeError.self) {
                try await InitrdInjector.inject(
                    [],
                    into: directory.appending("initrd"),
                    writing: directory.appending("no").appending("out")
                )
            }
            #expect(error?.code == .missingFile)
            #expect(directory.names == ["initrd", "out"])
        }
    }
}
