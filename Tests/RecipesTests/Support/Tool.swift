import Foundation
import Subprocess
import SystemPackage

/// A program of another project that the tests ask for a verdict.
struct Tool: Sendable {
    let path: FilePath

    /// Finds a program among the judges that `scripts/judges.sh` installs, then on the PATH.
    init?(_ name: String) {
        let environment = ProcessInfo.processInfo.environment
        let judges = environment["IMAGEBAKE_JUDGES"] ?? Repository.root.appending(".build/judges").string
        let directories = [judges + "/bin"] + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let found = directories.lazy.map { FilePath($0).appending(name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.string) }
        guard let found else { return nil }
        path = found
    }

    /// Takes a program at a path.
    init?(at path: FilePath) {
        guard FileManager.default.isExecutableFile(atPath: path.string) else { return nil }
        self.path = path
    }

    /// Runs the program; its two outputs come back as one text.
    func run(_ arguments: [String], input: String = "") async throws -> (output: String, succeeded: Bool) {
        let result = try await Subprocess.run(
            .path(path),
            arguments: Arguments(arguments),
            input: .string(input),
            output: .string(limit: 4 << 20),
            error: .string(limit: 4 << 20)
        )
        return (result.standardOutput + result.standardError, result.terminationStatus.isSuccess)
    }
}
