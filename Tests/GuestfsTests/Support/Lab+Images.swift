import Crypto
import Glibc
import Subprocess
import SystemPackage
import Testing

extension Lab {
    /// A digest of a whole file.
    static func digest(_ path: FilePath) throws -> String {
        let file = try FileDescriptor.open(path, .readOnly)
        return try file.closeAfter {
            var hash = SHA256()
            var piece = [UInt8](repeating: 0, count: 1 << 20)
            while case let count = try piece.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
                hash.update(data: piece[..<count])
            }
            return hash.finalize().map { String($0, radix: 16) }.joined(separator: " ")
        }
    }

    /// Writes a new file.
    static func write(_ content: [UInt8], to path: FilePath) throws {
        let file = try FileDescriptor.open(path, .writeOnly, options: .create, permissions: .ownerReadWrite)
        try file.closeAfter { _ = try file.writeAll(content) }
    }

    /// Runs a program that makes something for a test.
    static func tool(_ command: String...) async throws {
        let result = try await Subprocess.run(
            .name(command[0]),
            arguments: Arguments(Array(command.dropFirst())),
            environment: .inherit.updating(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]),
            output: .discarded,
            error: .string(limit: 4096)
        )
        try #require(result.terminationStatus.isSuccess, "\(command): \(result.standardError)")
    }
}
