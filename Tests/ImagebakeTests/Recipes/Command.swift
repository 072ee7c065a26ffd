import Foundation
import Subprocess
import SystemPackage

/// The binary that was built beside these tests, run to its end.
struct Command {
    let status: Int32
    let output: String
    let error: String

    /// The binary.
    static let imagebake: FilePath = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return FilePath(bundle).removingLastComponent().appending("imagebake")
    }()

    /// Runs imagebake.
    static func run(_ arguments: [String], in directory: FilePath, input: String = "") async throws -> Command {
        try await run(.path(imagebake), arguments, in: directory, input: input)
    }

    /// Runs imagebake on a terminal of its own, on which somebody types.
    static func onTerminal(_ arguments: [String], in directory: FilePath, typing: String) async throws -> Command {
        let words = ([imagebake.string] + arguments).map { "'\($0)'" }.joined(separator: " ")
        // Without --return and --quiet its own words and status would be mixed with ours.
        let options = ["--quiet", "--return", "--flush", "--command", words, "/dev/null"]
        return try await run(.name("script"), options, in: directory, input: typing)
    }

    private static func run(
        _ program: Executable,
        _ arguments: [String],
        in directory: FilePath,
        input: String
    ) async throws -> Command {
        let result = try await Subprocess.run(
            program,
            arguments: Arguments(arguments),
            environment: .inherit.updating(["IMAGEBAKE_HOME": directory.appending("home").string]),
            workingDirectory: directory,
            input: .string(input),
            output: .string(limit: 4 << 20),
            error: .string(limit: 4 << 20)
        )
        guard case .exited(let status) = result.terminationStatus else {
            throw Killed(command: "\(arguments)", error: result.standardError)
        }
        return Command(status: status, output: result.standardOutput, error: result.standardError)
    }

    /// A signal ended it.
    struct Killed: Error {
        let command: String
        let error: String
    }
}
