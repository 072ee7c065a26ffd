/// Where a line comes from: a pattern may hold for one kind of log only.
public enum LogSource: String, CaseIterable, Codable, Sendable {
    /// The guest's serial console: firmware, boot loader, kernel, initrd and installer.
    case console
    /// Anaconda's own logs: anaconda.log, storage.log, or its log port.
    case anaconda
    /// The logs of what Anaconda runs: packaging.log, program.log, dnf and yum.
    case program
    /// A log of which nothing is known; every pattern holds.
    case unknown

    /// What a file's name tells.
    public init(fileName: String) {
        let name = fileName.lowercased()
        func has(_ parts: [String]) -> Bool { parts.contains { name.contains($0) } }
        if has(["packaging", "program", "dnf", "yum"]) {
            self = .program
        } else if has(["anaconda", "storage"]) {
            self = .anaconda
        } else if has(["console", "serial"]) {
            self = .console
        } else {
            self = .unknown
        }
    }
}
