import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// kill -9 at every change that a command makes to the local registry's files.
    @Suite(
        "The local registry and kill -9",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "strace is what kills")
    )
    struct RegistryKillTests {
        /// What is compared of an image.
        private struct Fields: Decodable {
            let name: String?
            let status: String
            let size: Int64?

            private enum CodingKeys: String, CodingKey {
                case name = "Name"
                case status = "Status"
                case size = "Size"
            }
        }

        /// What is compared of a check.
        private struct Check: Decodable {
            struct Problem: Decodable {
                let kind: String
                let repaired: Bool
            }

            let problems: [Problem]
        }

        /// The system calls that change files; the n-th of a thread kills it and its process.
        private static let calls = "pwrite64,rename,linkat,unlink,fsync,fdatasync,ftruncate,fchmod"

        private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

        /// Runs a command that is killed at its n-th change; false where it had fewer.
        private func isKilled(at number: Int, _ arguments: String, in lab: Lab) async throws -> Bool {
            let inject = "inject=\(Self.calls):signal=SIGKILL:when=\(number)"
            let trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(Self.calls)", "-e", inject]
            let result = try await lab.start(program: trace + [Checkout.binary.string] + words(arguments)).result()
            guard result.status == 0 else {
                #expect(result.status == 128 + SIGKILL, "\(result)")
                return true
            }
            return false
        }

        private func images(in lab: Lab) async throws -> [Fields] {
            try await lab.run(words("image list --all --sort name --long --format json")).json([Fields].self)
        }

        @Test(
            "after each the images are whole, or not there, and the registry is well again",
            .timeLimit(.minutes(30)),
            arguments: [
                "image create new --file FILE --id \(id)", "image delete kept",
                "image set kept --property a=b --name kept",
                "image stage empty --file FILE",
            ]
        )
        func kills(arguments: String) async throws {
            try await withLab { lab in
                let file = lab.root.appending("web.raw")
                try Data((0..<(1 << 16)).map { UInt8(truncatingIfNeeded: $0 &* 7) }).write(
                    to: URL(filePath: file.string)
                )
                let other = lab.root.appending("other.raw")
                try Data(repeating: 7, count: 1 << 16).write(to: URL(filePath: other.string))
                let command = arguments.replacing("FILE", with: file.string)
                try await lab.run(words("image create kept --file \(other)")).required()
                try await lab.run(words("image create empty")).required()
                var number = 0
                repeat {
                    // Most of what matters is at the beginning and at the end of a change; between them a third is tried.
                    number += number < 12 ? 1 : 3
                    guard try await isKilled(at: number, command, in: lab) else { break }
                    let check = try await lab.run(words("registry fsck --repair --verify --format json"))
                    #expect(check.status == 0, "after the kill at change \(number): \(check)")
                    let kinds = Set(try check.json(Check.self).problems.map(\.kind))
                    #expect(kinds.isSubset(of: ["leftover", "unused-blob", "unused-staging", "state"]), "\(kinds)")
                    for image in try await images(in: lab) where image.name != "empty" {
                        #expect(image.status == "active" && image.size == 1 << 16, "\(image)")
                    }
                    // Done before it was killed: once more from the start.
                    if arguments.contains("create") {
                        _ = try await lab.run(words("image delete \(Self.id)"))
                    } else if arguments.contains("delete"),
                        try await !images(in: lab).contains(where: { $0.name == "kept" })
                    {
                        try await lab.run(words("image create kept --file \(other)")).required()
                    } else if arguments.contains("stage"),
                        try await images(in: lab).contains(where: { $0.status == "uploading" })
                    {
                        try await lab.run(words("image delete empty")).required()
                        try await lab.run(words("image create empty")).required()
                    }
                } while number < 200
                #expect(number > 3 && number < 200, "\(number) changes")
                let check = try await lab.run(words("registry fsck --verify"))
                check.expect(0, "well")
            }
        }

        private static let id = "0b5d4ee2-7f5a-4b0c-9b43-7c5b3d1d6f10"
    }
}
