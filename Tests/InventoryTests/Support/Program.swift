import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// A program of another project, whose verdict counts or that makes what is read.
struct Program: Sendable {
    let path: FilePath

    /// Finds a program among the judges that `scripts/judges.sh` installs, then on the PATH.
    init(_ name: String) throws {
        let environment = ProcessInfo.processInfo.environment
        let judges = environment["IMAGEBAKE_JUDGES"] ?? Self.root.appending(".build/judges").string
        let directories = [judges + "/bin"] + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let found = directories.lazy.map { FilePath($0).appending(name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.string) }
        path = try #require(found, "\(name) is not installed; run scripts/setup test and scripts/judges.sh")
    }

    /// The checkout.
    static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .removingLastComponent()

    /// Whether all of these are there, or have to be.
    static func canRun(_ names: String...) -> Bool {
        ContinuousIntegration.isHere || names.allSatisfy { (try? Program($0)) != nil }
    }

    /// Why a test does not run.
    static let reason: Comment = "a program is not installed; run scripts/setup test and scripts/judges.sh"

    /// Runs the program; throws where it fails.
    @discardableResult
    func run(_ arguments: [String], input: String = "") async throws -> String {
        let result = try await Subprocess.run(
            .path(path),
            arguments: Arguments(arguments),
            input: .string(input),
            output: .string(limit: 16 << 20),
            error: .string(limit: 1 << 20)
        )
        try #require(result.terminationStatus.isSuccess, "\(path): \(result.standardError)\(result.standardOutput)")
        return result.standardOutput
    }
}
