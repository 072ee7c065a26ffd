import Foundation
import SystemPackage

/// A mount and network namespace in which a command lacks something; it goes with the command, and so do its mounts.
struct Confinement: Sendable {
    private var setup: [String] = []
    private var flags: [String] = []

    /// A disk of so many MiB at a directory.
    static func smallDisk(_ directory: FilePath, mebibytes: Int) -> Confinement {
        Confinement(setup: ["mount -t tmpfs -o size=\(mebibytes)m,mode=0755 tmpfs '\(directory)'"])
    }

    /// Nothing at a directory.
    static func empty(_ directory: FilePath) -> Confinement {
        Confinement(setup: ["mount -t tmpfs -o size=1m,mode=0755 tmpfs '\(directory)'"])
    }

    /// A directory that cannot be written, by root neither.
    static func readOnly(_ directory: FilePath) -> Confinement {
        Confinement(setup: ["mount --bind '\(directory)' '\(directory)'", "mount -o remount,bind,ro '\(directory)'"])
    }

    /// No network but a loopback that is down: no name can be resolved.
    static let offline = Confinement(flags: ["--net"])

    /// The command line that runs a command so.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - report: Gets the paths below `directory` that are there when the command has ended, for the mounts are gone then.
    ///   - directory: What is looked at.
    func wrap(_ command: [String], report: FilePath, of directory: FilePath) -> [String] {
        let map = geteuid() == 0 ? [] : ["--map-root-user"]
        let script =
            (["set -e"] + setup + [
                "set +e", "\"$@\"", "status=$?", "find '\(directory)' >'\(report)' 2>/dev/null", "exit $status",
            ]).joined(separator: "\n")
        return ["unshare", "--mount", "--propagation", "private"] + flags + map + ["sh", "-c", script, "sh"] + command
    }
}
