import Foundation
import Subprocess
import SystemPackage

/// A command under way: its output goes to files, so that a test can read them while it runs.
struct RunningCommand: Sendable {
    let pid: pid_t
    let stdout: FilePath
    let stderr: FilePath
    private let command: String
    private let home: FilePath
    private let end: Task<TerminationStatus, any Error>

    /// Starts a program as the leader of a process group of its own, as a shell does.
    static func start(
        _ program: Executable,
        _ arguments: [String],
        environment: [String: String?],
        directory: FilePath,
        input: FilePath?,
        output base: FilePath,
        home: FilePath
    ) async throws -> RunningCommand {
        let stdout = FilePath(base.string + ".out")
        let stderr = FilePath(base.string + ".err")
        let (pids, started) = AsyncThrowingStream.makeStream(of: pid_t.self)
        let overrides = Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })
        let end = Task {
            do {
                var options = PlatformOptions()
                options.processGroupID = 0
                options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(10))]
                let result = try await Subprocess.run(
                    program,
                    arguments: Arguments(arguments),
                    environment: .inherit.updating(overrides),
                    workingDirectory: directory,
                    platformOptions: options,
                    input: .fileDescriptor(
                        try FileDescriptor.open(input ?? "/dev/null", .readOnly),
                        closeAfterSpawningProcess: true
                    ),
                    output: .fileDescriptor(try create(stdout), closeAfterSpawningProcess: true),
                    error: .fileDescriptor(try create(stderr), closeAfterSpawningProcess: true)
                ) { execution in
                    started.yield(execution.processIdentifier.value)
                    started.finish()
                }
                return result.terminationStatus
            } catch {
                started.finish(throwing: error)
                throw error
            }
        }
        guard let pid = try await pids.first(where: { _ in true }) else { throw Trouble("\(program) did not start") }
        return RunningCommand(
            pid: pid,
            stdout: stdout,
            stderr: stderr,
            command: ([program.description.components(separatedBy: "/").last ?? ""] + arguments).joined(separator: " "),
            home: home,
            end: end
        )
    }

    private static func create(_ file: FilePath) throws -> FileDescriptor {
        try FileDescriptor.open(
            file,
            .writeOnly,
            options: [.create, .truncate],
            permissions: [.ownerReadWrite]
        )
    }

    /// Sends a signal: to the whole group, as the terminal does for Ctrl-C, or to the process alone.
    func send(_ signal: Int32, toGroup: Bool = false) {
        kill(toGroup ? -pid : pid, signal)
    }

    /// Waits for the end.
    func result() async throws -> CommandResult {
        let status: Int32
        switch try await withTaskCancellationHandler(operation: { try await end.value }, onCancel: { end.cancel() }) {
        case .exited(let code): status = code
        case .signaled(let signal): status = 128 + signal
        }
        return CommandResult(
            command: command,
            status: status,
            stdout: (try? Disk.text(stdout)) ?? "",
            stderr: (try? Disk.text(stderr)) ?? "",
            home: home
        )
    }

    /// The most memory that it has had so far, in KiB; nil when it is gone (proc(5), VmHWM).
    var peakMemory: Int? {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let match = status.firstMatch(of: #/VmHWM:\s+(\d+) kB/#)
        else { return nil }
        return Int(match.1)
    }

    /// Whether the process is still there.
    var isRunning: Bool { kill(pid, 0) == 0 }

    /// Ends the command, however far it is.
    func stop() async {
        send(SIGTERM)
        end.cancel()
        _ = try? await end.value
    }
}
