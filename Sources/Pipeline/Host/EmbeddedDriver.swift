import Foundation
import Synchronization
import SystemPackage

/// The driver for QEMU that libvirt runs inside this process: its root directory, held by a lock while the process lives.
///
/// libvirt takes one root a process ("Cannot open embedded driver at path '%s', already open with path '%s'", qemu_driver.c), so
/// all bakes of a process share it. It goes when the process ends; where that was killed, the next command finds the lock free and
/// removes guests and directory. A lock file holds the path of its root, which may lie elsewhere.
enum EmbeddedDriver {
    private struct Held: Sendable {
        let root: FilePath
        let file: FilePath
        let lock: FileLock
    }

    private static let name = String(UUID().uuidString.lowercased().prefix(8))
    private static let held = Mutex<Held?>(nil)

    // A monitor socket's path is ROOT/lib/qemu/domain-1-<20 characters>/monitor.sock, and the kernel takes 107 bytes
    // (sun_path, unix(7)).
    private static let longestRoot = 52

    /// The root directory of this process; not made yet.
    static func root(in home: Home) -> FilePath {
        let root = directory(home).appending(name)
        if root.string.utf8.count <= longestRoot { return root }
        return FilePath("/tmp").appending("imagebake-libvirt-\(name)")
    }

    /// Makes the root directory, and has it removed when the process ends.
    static func prepare(_ root: FilePath, home: Home) throws(Failure) {
        let isPrepared = held.withLock { $0?.root == root }
        guard !isPrepared else { return }
        let file = directory(home).appending("\(name).lock")
        guard let lock = try FileLock(file) else { throw Failure(.bug, "another process holds \(file)") }
        lock.note(root.string)
        // Under /tmp anybody could have made it first; mkdir that fails on an existing one keeps it ours.
        guard mkdir(root.string, 0o755) == 0 else {
            throw Files.failure(Errno(rawValue: errno), "cannot make the directory \(root)")
        }
        held.withLock { $0 = Held(root: root, file: file, lock: lock) }
        // _exit, which a second Ctrl-C calls while a guest may still run, leaves it to the next command.
        atexit { EmbeddedDriver.remove() }
        try Files.makeDirectory(root.appending("etc"))
        // The log daemon is one daemon more; and with namespaces libvirt once left /dev/null a regular file. The owners of our files
        // need no remembering: libvirt keeps them with the boot time, which it finds a second off now and then, and warns on stderr.
        try Files.write(
            "stdio_handler = \"file\"\nnamespaces = []\nremember_owner = 0\n",
            to: root.appending("etc").appending("qemu.conf")
        )
        // What libvirt finds out of QEMU takes it two seconds; the answer is kept for the next bake.
        let knowledge = home.state.appending("libvirt-cache")
        try Files.makeDirectory(knowledge)
        _ = symlink(knowledge.string, root.appending("cache").string)
    }

    /// Ends the guests of processes that are gone, and removes their directories.
    ///
    /// - Returns: A sentence for each root that cannot be removed.
    static func sweep(_ home: Home) async -> [String] {
        var report: [String] = []
        for name in Files.names(in: directory(home)) {
            let path = directory(home).appending(name)
            if name.hasSuffix(Self.keptSuffix) || Files.exists(Self.keptMark(of: name, home)) { continue }
            // A root without its lock is that of a process which died between the two, or of an older version.
            guard name.hasSuffix(".lock") else {
                if !Files.exists(directory(home).appending("\(name).lock")) { try? Files.remove(path) }
                continue
            }
            guard !FileLock.isHeld(path), let data = try? Files.read(path) else { continue }
            let root = FilePath(String(decoding: data, as: UTF8.self))
            do throws(Failure) {
                if root.isAbsolute, root.components.count > 1 {
                    try await endGuests(of: root) { _ in true }
                    if let pid = owner(of: root) { DeviceLocks.remove(of: pid) }
                    try Files.remove(root)
                }
                try Files.remove(path)
            } catch {
                report.append("the leftovers of libvirt's driver in \(root) cannot be removed: \(error.message)")
            }
        }
        return report
    }

    /// Has a root and its guests stay when the process ends.
    static func keep(_ root: FilePath, home: Home) throws(Failure) {
        try Files.write(root.string + "\n", to: directory(home).appending(name + keptSuffix))
        held.withLock { $0 = nil }
    }

    /// Lets a kept root go: the next sweep removes it.
    static func release(_ root: FilePath, home: Home) {
        for name in Files.names(in: directory(home)) where name.hasSuffix(keptSuffix) {
            let file = directory(home).appending(name)
            guard let data = try? Files.read(file), String(decoding: data, as: UTF8.self) == root.string + "\n" else {
                continue
            }
            try? Files.remove(file)
        }
    }

    private static let keptSuffix = ".kept"

    /// The mark that a root is kept, for a name in the directory: that of the root or of its lock.
    private static func keptMark(of name: String, _ home: Home) -> FilePath {
        let stem = name.hasSuffix(".lock") ? String(name.dropLast(".lock".count)) : name
        return directory(home).appending(stem + keptSuffix)
    }

    /// Ends the guests of a driver whose process is gone: opening its root again would take seconds.
    ///
    /// - Parameters:
    ///   - root: The root directory.
    ///   - isMeant: Which of its guests, by their arguments.
    static func endGuests(of root: FilePath, _ isMeant: (String) -> Bool) async throws(Failure) {
        for pid in guests(of: root, isMeant) { kill(pid, SIGKILL) }
        for _ in 0..<50 where !guests(of: root, isMeant).isEmpty {
            try? await Task.sleep(for: .milliseconds(100))
        }
        let left = guests(of: root, isMeant)
        guard left.isEmpty else {
            let pids = left.map(String.init).joined(separator: ", ")
            throw Failure(.unavailable, "QEMU does not end (process \(pids))", ["next": "end it, then run this again"])
        }
    }

    /// The pids of the guests whose pid file lies under a root and which still run.
    private static func guests(of root: FilePath, _ isMeant: (String) -> Bool) -> [pid_t] {
        let directory = root.appending("run/qemu")
        return Files.names(in: directory).filter { $0.hasSuffix(".pid") && $0 != "driver.pid" }.compactMap { name in
            // A pid may have been given away since, so the root must stand in the process's arguments.
            guard let text = try? String(contentsOfFile: directory.appending(name).string, encoding: .utf8),
                let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), pid > 1,
                let data = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline")),
                case let arguments = String(decoding: data, as: UTF8.self), arguments.contains(root.string),
                isMeant(arguments)
            else { return nil }
            return pid
        }
    }

    /// The process that a root belongs to, which libvirt notes there; nil while that lives, or where there is none.
    private static func owner(of root: FilePath) -> pid_t? {
        let file = root.appending("run/qemu/driver.pid")
        guard let text = try? String(contentsOfFile: file.string, encoding: .utf8),
            let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), pid > 1
        else { return nil }
        return kill(pid, 0) == 0 || errno != ESRCH ? nil : pid
    }

    private static func remove() {
        // A guest that is kept, or that a second Ctrl-C left, may still have its streams open.
        DeviceLocks.remove(of: getpid())
        let last = held.withLock { held in
            defer { held = nil }
            return held
        }
        guard let last else { return }
        try? Files.remove(last.root)
        try? Files.remove(last.file)
        withExtendedLifetime(last.lock) {}
    }

    private static func directory(_ home: Home) -> FilePath { home.state.appending("libvirt") }
}
