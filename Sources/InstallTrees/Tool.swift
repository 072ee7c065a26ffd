import Glibc
import Subprocess
import SystemPackage

/// Another program, run by its absolute path, without a shell.
///
/// A child runs in a process group of its own, so that a Ctrl-C at the terminal reaches imagebake alone, which then stops
/// it: SIGTERM, and SIGKILL 2 seconds later.
struct Tool: Sendable {
    /// How a run ended.
    struct Outcome: Sendable {
        /// The exit status, 128 plus the signal where one ended the program.
        let status: Int32
        let output: String
        let errors: String
    }

    let name: String
    let executable: FilePath

    /// Finds a program in the directories of `searchPath`, by default those of PATH.
    ///
    /// - Throws: `toolMissing`, which names Debian's package.
    static func find(_ name: String, package: String, searchPath: String? = nil) throws(TreeError) -> Tool {
        let directories = searchPath ?? getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        for directory in directories.split(separator: ":") {
            let candidate = FilePath(String(directory)).appending(name)
            guard candidate.isAbsolute, access(candidate.string, X_OK) == 0,
                (try? Files.status(candidate))?.isRegular == true
            else { continue }
            return Tool(name: name, executable: candidate)
        }
        throw TreeError(
            .toolMissing,
            at: name,
            "\(name) is not on PATH",
            hint: "install it: on Debian it is in the package \(package)"
        )
    }

    /// Runs the program to its end, whatever its exit status.
    ///
    /// - Parameter location: what the run is about, for errors.
    func run(_ arguments: [String], about location: String) async throws(TreeError) -> Outcome {
        if Task.isCancelled { throw .cancelled(location) }
        let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                .path(executable),
                arguments: Arguments(arguments),
                // Messages in English, and an hour that does not depend on where it runs.
                environment: .inherit.updating(["LC_ALL": "C", "TZ": "UTC"]),
                platformOptions: Self.platformOptions,
                output: .string(limit: 4 << 20),
                error: .string(limit: 1 << 20)
            )
        } catch {
            if error is CancellationError || Task.isCancelled { throw .cancelled(location) }
            throw TreeError(.toolFailed, at: location, "\(executable) could not be run", cause: "\(error)")
        }
        if Task.isCancelled { throw .cancelled(location) }
        let status =
            switch result.terminationStatus {
            case .exited(let code): Int32(code)
            case .signaled(let signal): 128 + Int32(signal)
            }
        return Outcome(status: status, output: result.standardOutput, errors: result.standardError)
    }

    private static var platformOptions: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        return options
    }
}
