import Foundation

/// The lock files of consoles that processes which tests have killed left in /var/lock.
///
/// Only their owner may remove them; libvirtd as another user cannot open the console of a guest that is given the same pseudo-terminal.
enum StaleLocks {
    /// Removes those whose process is gone.
    static func remove() {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: "/var/lock")) ?? [] where name.hasPrefix("LCK..") {
            let path = "/var/lock/\(name)"
            guard let text = try? String(contentsOfFile: path, encoding: .utf8),
                let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), pid > 1,
                kill(pid, 0) == -1, errno == ESRCH
            else { continue }
            unlink(path)
        }
    }
}
