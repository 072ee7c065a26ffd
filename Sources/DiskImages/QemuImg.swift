import Glibc
import Subprocess
public import SystemPackage

/// The qemu-img program, by its typed commands.
///
/// The format of every file is given, never probed, and paths are made absolute, so that no name is taken for a protocol
/// or an option. A child runs in a process group of its own, so that a Ctrl-C at the terminal reaches imagebake alone,
/// which then stops it: SIGTERM, and SIGKILL 2 seconds later.
public struct QemuImg: Sendable {
    /// The program.
    public let executable: FilePath

    /// Uses the program at a path, which is not looked at before the first command.
    public init(executable: FilePath) {
        self.executable = executable
    }

    /// Finds qemu-img in the directories of `searchPath`, by default those of PATH.
    ///
    /// Throws the code toolMissing, whose message names Debian's package.
    public static func find(searchPath: String? = nil) throws(DiskImageError) -> QemuImg {
        let directories = searchPath ?? getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        for directory in directories.split(separator: ":") {
            let candidate = FilePath(String(directory)).appending("qemu-img")
            guard candidate.isAbsolute, candidate.withPlatformString({ access($0, X_OK) }) == 0,
                let status = try? FileIO.status(at: candidate), status.isRegular
            else { continue }
            return QemuImg(executable: candidate)
        }
        throw DiskImageError(.toolMissing, "qemu-img is not on PATH; on Debian it is in the package qemu-utils")
    }

    /// The version, for fingerprints and for `doctor`: "7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)".
    public func version() async throws -> String {
        let output = try await run(["--version"], about: executable)
        let line = output.split(separator: "\n").first.map(String.init) ?? ""
        let prefix = "qemu-img version "
        return line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : line
    }

    /// Creates an empty image of `size` bytes; throws the code exists where something is at the path.
    public func create(_ path: FilePath, format: DiskFormat = .qcow2, size: Int64) async throws {
        guard size > 0 else { throw DiskImageError(.invalid, path: path, "an image needs a size above 0: \(path)") }
        try await createNew(path) { ["create", "-q", "-f", format.rawValue, $0, String(size)] }
    }

    /// Creates a qcow2 overlay on a backing file, whose absolute path and format it records.
    ///
    /// Throws the code exists where something is at the path, and notFound where the backing file is not there.
    /// - Parameter clusterSize: The size of its clusters in bytes, a power of 2 from 512 to 2 MiB; nil is qemu-img's choice, 64 KiB. What
    ///   a guest discards is gone where it covers whole clusters.
    public func createOverlay(
        _ path: FilePath,
        backing: FilePath,
        backingFormat: DiskFormat,
        clusterSize: Int? = nil
    ) async throws {
        let backing = try FileIO.absolute(backing)
        let (file, _) = try FileIO.openRegular(backing)
        try? file.close()
        try await createNew(path) {
            ["create", "-q", "-f", "qcow2", "-F", backingFormat.rawValue, "-b", backing.string]
                + (clusterSize.map { ["-o", "cluster_size=\($0)"] } ?? []) + [$0]
        }
    }

    /// Runs a command that writes a new image under a temporary name, then gives it its name.
    private func createNew(_ path: FilePath, _ arguments: (String) -> [String]) async throws {
        let path = try FileIO.absolute(path)
        guard try FileIO.status(at: path) == nil else { throw DiskImageError(errno: EEXIST, "cannot create", path) }
        guard let name = path.lastComponent?.string else {
            throw DiskImageError(.invalid, path: path, "\(path) is not the name of a file")
        }
        let partial = try PartialFile.create(in: path.removingLastComponent(), for: name)
        defer { partial.discard() }
        _ = try await run(arguments(partial.path.string), about: path)
        let written = partial.file
        try await BlockingWork.run { _ in try FileIO.sync(written, path) }
        try partial.commit(to: path)
    }

    /// Runs qemu-img to its end and answers what it printed.
    func run(_ arguments: [String], about path: FilePath, acceptedStatus: Set<Int32> = [0]) async throws -> String {
        try Task.checkCancellation()
        let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                .path(executable),
                arguments: Arguments(arguments),
                environment: Self.environment,
                platformOptions: Self.platformOptions,
                output: .string(limit: 16 << 20),
                error: .string(limit: 1 << 20)
            )
        } catch {
            throw launchError(error)
        }
        try Task.checkCancellation()
        try requireSuccess(result.terminationStatus, result.standardError, about: path, accepted: acceptedStatus)
        return result.standardOutput
    }

    /// Messages in English, from which the full disk is told.
    static var environment: Environment { .inherit.updating(["LC_ALL": "C"]) }

    static var platformOptions: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        return options
    }

    /// The error for a child that could not be started at all.
    func launchError(_ error: any Error) -> any Error {
        if error is CancellationError || Task.isCancelled { return CancellationError() }
        if executable.withPlatformString({ access($0, X_OK) }) != 0 {
            return DiskImageError(
                .toolMissing,
                path: executable,
                "\(executable) cannot be run; on Debian qemu-img is in the package qemu-utils"
            )
        }
        return DiskImageError(.toolFailed, path: executable, "\(executable) could not be run: \(error)")
    }

    /// Turns a failure into an error with qemu-img's own words.
    func requireSuccess(
        _ status: TerminationStatus,
        _ output: String,
        about path: FilePath,
        accepted: Set<Int32> = [0]
    ) throws(DiskImageError) {
        if case .exited(let code) = status, accepted.contains(code) { return }
        let lines = output.split(separator: "\n").map { line in
            line.hasPrefix("qemu-img: ") ? String(line.dropFirst("qemu-img: ".count)) : String(line)
        }
        let words = lines.joined(separator: "; ")
        if words.contains("No space left on device") || words.contains("Disk quota exceeded") {
            throw DiskImageError(errno: ENOSPC, "cannot write", path)
        }
        if words.contains("Permission denied") || words.contains("Read-only file system") {
            throw DiskImageError(.permission, path: path, "qemu-img may not use \(path): \(words)")
        }
        let cause: String
        switch status {
        case .exited(let code): cause = words.isEmpty ? "exit status \(code)" : words
        case .signaled(let signal): cause = "killed by signal \(signal)" + (words.isEmpty ? "" : ": \(words)")
        }
        throw DiskImageError(.toolFailed, path: path, "qemu-img failed on \(path): \(cause)")
    }
}
