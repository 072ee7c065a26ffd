import Foundation
import SystemPackage

/// The lock files that libvirt makes for consoles and ports while somebody is connected to them: `LCK..` and the device's path.
///
/// It removes them when a stream is closed (virchrdev.c). Those of a process that was killed stay, and a guest of another user that is
/// given the same pseudo-terminal later cannot be connected to: whose lock is stale is found out, but only its owner may remove it.
enum DeviceLocks {
    // FHS 3.0, 5.9: a lock file holds the pid in ten characters, and a line feed.
    private static let directory: FilePath = "/var/lock"
    private static let longest = 64

    /// Removes those of a process of ours that is at its end or gone.
    static func remove(of pid: pid_t) {
        for name in Files.names(in: directory) where name.hasPrefix("LCK..") {
            let path = directory.appending(name)
            guard
                let file = try? FileDescriptor.open(path, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
            else { continue }
            defer { try? file.close() }
            var bytes = [UInt8](repeating: 0, count: longest)
            guard let count = try? bytes.withUnsafeMutableBytes({ try file.read(into: $0) }) else { continue }
            let text = String(decoding: bytes.prefix(count), as: UTF8.self)
            if pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)) == pid { unlink(path.string) }
        }
    }
}
