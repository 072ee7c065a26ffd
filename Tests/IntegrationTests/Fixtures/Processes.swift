import Foundation
import SystemPackage

/// The processes of this machine, as /proc shows them.
enum Processes {
    /// The arguments of each process, by pid.
    static func arguments() -> [pid_t: String] {
        var found: [pid_t: String] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let pid = pid_t(name), let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
                continue
            }
            found[pid] = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\0", with: " ")
        }
        return found
    }

    /// The processes whose arguments name something, a test's own directory for example; not this one.
    static func naming(_ text: String) -> [pid_t: String] {
        arguments().filter { $0.key != getpid() && $0.value.contains(text) }
    }

    /// The guests whose arguments name something.
    static func guests(naming text: String) -> [pid_t] {
        naming(text).filter { $0.value.contains("qemu-system") }.keys.sorted()
    }
}
