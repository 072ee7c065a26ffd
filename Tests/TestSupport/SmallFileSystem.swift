import Foundation
import Subprocess
package import SystemPackage

/// A small tmpfs, mounted for one test; only root may mount one.
package enum SmallFileSystem {
    package static var isPossible: Bool { geteuid() == 0 }

    package static func with<Value>(
        _ options: String,
        in scratch: Scratch,
        _ body: (FilePath) async throws -> Value
    ) async throws -> Value {
        let path = scratch.appending("mount")
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
        try await command("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path.string])
        do {
            let value = try await body(path)
            try await command("umount", ["-l", path.string])
            return value
        } catch {
            try await command("umount", ["-l", path.string])
            throw error
        }
    }
}

package struct CommandFailure: Error {
    package let command: String
    package let output: String
}

@discardableResult
package func command(_ name: String, _ arguments: [String], accepted: [Int32] = [0]) async throws -> String {
    let result = try await Subprocess.run(
        .name(name),
        arguments: Arguments(arguments),
        output: .string(limit: 1 << 20),
        error: .string(limit: 1 << 20)
    )
    guard case .exited(let status) = result.terminationStatus, accepted.contains(status) else {
        throw CommandFailure(command: "\(name) \(arguments)", output: result.standardError)
    }
    return result.standardOutput
}
