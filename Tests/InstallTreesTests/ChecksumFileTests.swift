import Foundation
import SystemPackage
import Testing

@testable import InstallTrees

@Suite struct ChecksumFileTests {
    static let a = String(repeating: "a", count: 64)
    static let b = String(repeating: "B", count: 128)

    @Test(arguments: [
        "\(a)  x.iso\n", "\(a) *x.iso\n", "\(a)  ./x.iso\r\n", "# x.iso: 5 bytes\nSHA256 (x.iso) = \(a)\n",
        "SHA-256 (x.iso) = \(a)", "d41d8cd98f00b204e9800998ecf8427e  x.iso\n\(a)  x.iso\n",
        "\(a)  x.iso\n\(a) *x.iso\n",
        "\(a)  other name (1).iso\n\(a)  x.iso\n",
    ]) func readsEveryForm(text: String) throws {
        let checksum = try ChecksumFile(parsing: text, location: "here").checksum(of: "x.iso")
        #expect(checksum == Checksum("sha256:\(Self.a)"))
    }

    @Test func takesTheStrongest() throws {
        let text = "SHA256 (x) = \(Self.a)\nSHA512 (x) = \(Self.b)\n"
        #expect(try ChecksumFile(parsing: text, location: "here").checksum(of: "x").algorithm == .sha512)
        #expect(
            try ChecksumFile(parsing: "\(Self.b)  x y\n", location: "here").checksum(of: "x y").algorithm == .sha512
        )
    }

    @Test func coreutilsWritesWhatIsRead() async throws {
        try await withTemporaryDirectory { directory in
            try directory.appending("x.iso").write([1, 2, 3])
            for arguments in [["x.iso"], ["-b", "x.iso"], ["--tag", "x.iso"]] {
                let process = Process()
                let pipe = Pipe()
                process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
                process.arguments = arguments
                process.currentDirectoryURL = URL(fileURLWithPath: directory.string)
                process.standardOutput = pipe
                try process.run()
                let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                process.waitUntilExit()
                let checksum = try ChecksumFile(parsing: text, location: "here").checksum(of: "x.iso")
                #expect(checksum.hex == SampleTree.sha256([1, 2, 3]))
            }
        }
    }
}
