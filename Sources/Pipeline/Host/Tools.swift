import Foundation
import Subprocess
import SystemPackage

/// The programs that imagebake starts.
enum Tools {
    /// Finds a program on `PATH`.
    static func find(_ name: String) -> FilePath? {
        // Session users often have no /usr/sbin on PATH, where Debian keeps mke2fs and others.
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/sbin"
        return path.split(separator: ":").lazy
            .map { FilePath(String($0)).appending(name) }
            .first { access($0.string, X_OK) == 0 && !isDirectory($0) }
    }

    /// What changes when a program is replaced: its size and time of change.
    ///
    /// Asking it for its version takes longer.
    static func identity(of program: FilePath) -> String {
        var status = stat()
        guard stat(program.string, &status) == 0 else { return "\(program) missing" }
        return "\(program) \(status.st_size) \(status.st_mtim.tv_sec)"
    }

    /// The first line that a program prints of its version.
    static func version(of program: FilePath) async -> String? {
        let result = try? await Subprocess.run(
            .path(program),
            arguments: ["--version"],
            output: .string(limit: 4096),
            error: .discarded
        )
        return result?.standardOutput.split(separator: "\n").first.map(String.init)
    }

    private static func isDirectory(_ path: FilePath) -> Bool {
        var status = stat()
        return stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
