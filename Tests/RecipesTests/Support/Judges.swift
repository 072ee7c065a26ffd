import SystemPackage
import TestSupport
import Testing

/// The programs of other projects whose verdict counts.
enum Judges {
    /// Whether the tests run where everything must be there, so that a missing judge is a failure.
    static let areRequired = ContinuousIntegration.isHere

    /// Whether a test that needs a judge runs: when it is there, or to fail when it must be.
    static func canRun(_ name: String) -> Bool {
        areRequired || Tool(name) != nil
    }

    /// Why a test that needs a judge does not run.
    static let reason: Comment = "a judge is not installed; run scripts/judges.sh"

    /// The Python in which the judges are, with PyYAML and pykickstart.
    static func python() throws -> Tool {
        let judge = try require("ksvalidator")
        return try #require(Tool(at: judge.path.removingLastComponent().appending("python")), reason)
    }

    /// A judge, or a failure that says how to get it.
    static func require(_ name: String) throws -> Tool {
        try #require(Tool(name), "\(name) is not installed; run scripts/judges.sh")
    }
}
