public import SystemPackage

/// Reads what an installer has left on a disk that it did not finish.
public enum LogRecovery {
    /// A file that was found.
    public struct Log: Equatable, Sendable {
        /// Where it was: the device and the path on its file system, such as `sda2/var/log/anaconda/syslog`.
        public let name: String
        /// Its content; the last part of a long one.
        public let content: [UInt8]
    }

    /// The directories that are looked into, on each file system by itself: a half-installed disk says nowhere what belongs where.
    ///
    /// Anaconda copies its logs to `/var/log/anaconda` at the end, and to `/tmp` of the target before; our own installer's are on its
    /// console. `/log` is that of a `/var` with a file system of its own.
    private static let directories: [GuestPath] = [
        "/var/log/anaconda", "/var/log", "/log/anaconda", "/log", "/tmp", "/root", "/",
    ]
    private static let suffixes = [".log", "syslog", "messages", "anaconda-ks.cfg", "original-ks.cfg", "-tb-"]
    private static let mostFiles = 64
    private static let mostBytes = 16 << 20

    /// Reads them, in an appliance of their own and without writing to the disk.
    ///
    /// - Parameters:
    ///   - disk: The disk; nobody writes to it any more.
    ///   - format: Its format, which is never guessed.
    /// - Returns: At most 64 files and 16 MiB; none where there is no file system that can be read.
    /// - Throws: ``GuestfsError`` of the launch; `CancellationError`.
    public static func read(
        _ disk: FilePath,
        format: DiskFormat,
        options: GuestfsOptions
    ) async throws -> [Log] {
        try await withGuestfs([GuestDisk(disk, format: format)], options: options) { session in
            var logs: [Log] = []
            for device in try session.fileSystems() {
                try session.checkCancellation()
                // A file system that was not finished may be unreadable; the others may not be.
                guard (try? session.mount(device, on: "/", readOnly: true)) != nil else { continue }
                defer { try? session.unmountAll() }
                collect(session, device, &logs)
            }
            return logs
        }
    }

    private static func collect(_ session: GuestfsSession, _ device: String, _ logs: inout [Log]) {
        var room = mostBytes - logs.reduce(0) { $0 + $1.content.count }
        for directory in directories {
            guard let names = try? session.names(in: directory) else { continue }
            for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                let text = String(decoding: name, as: UTF8.self)
                guard logs.count < mostFiles, room > 0, suffixes.contains(where: { text.contains($0) }) else {
                    continue
                }
                let path = directory.appending(name)
                guard let content = try? session.readSmallFile(path), !content.isEmpty else { continue }
                let place = device.split(separator: "/").last.map(String.init) ?? "disk"
                logs.append(Log(name: place + path.description, content: Array(content.suffix(room))))
                room -= content.count
            }
        }
    }
}

extension GuestfsSession {
    /// The devices and volumes that hold a file system which can be mounted.
    func fileSystems() throws -> [String] {
        try volumes().filter { !["swap", "unknown", "crypto_LUKS"].contains($0.type) }.map(\.device)
    }
}
