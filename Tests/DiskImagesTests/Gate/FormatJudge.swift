import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import DiskImages

/// Glance's own inspector, which scripts/judges.sh installs as `format-judge`.
enum FormatJudge {
    struct Answer: Decodable {
        let formats: [String]?
        let refusals: [String: String?]
        let sizes: [String: Int64]
        /// Whether the inspector failed in a way that Glance takes for a file that needs no look.
        let unchecked: Bool

        func refusal(_ declared: DeclaredFormat) -> String? { refusals[declared.rawValue] ?? nil }
    }

    private static var path: FilePath {
        let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .removingLastComponent()
        let judges = ProcessInfo.processInfo.environment["IMAGEBAKE_JUDGES"] ?? root.appending(".build/judges").string
        return FilePath(judges).appending("bin/format-judge")
    }

    /// Whether a test that needs it runs: when it is there, or to fail when it must be.
    static var canRun: Bool {
        ContinuousIntegration.isHere || FileManager.default.isExecutableFile(atPath: path.string)
    }

    static let reason: Comment = "format-judge is not installed; run scripts/judges.sh"

    static func answers(_ paths: [FilePath]) async throws -> [Answer] {
        try #require(FileManager.default.isExecutableFile(atPath: path.string), reason)
        let result = try await Subprocess.run(
            .path(path),
            input: .string(paths.map { "\($0)\n" }.joined()),
            output: .string(limit: 64 << 20),
            error: .string(limit: 1 << 20)
        )
        try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
        let decoder = JSONDecoder()
        let answers = try result.standardOutput.split(separator: "\n").map {
            try decoder.decode(Answer.self, from: Data($0.utf8))
        }
        try #require(answers.count == paths.count)
        return answers
    }
}
