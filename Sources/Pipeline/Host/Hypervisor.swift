public import Foundation
public import Libvirt
import SystemPackage

/// Which hypervisor a bake uses.
///
/// The order is that of the design: what the command line says, else `LIBVIRT_DEFAULT_URI`, else `qemu:///session` for people, and
/// for root the driver that libvirt runs inside our own process, which needs no daemon.
public struct Hypervisor: Codable, Equatable, Sendable {
    /// The URI to connect to.
    public let uri: String
    /// The root directory of the embedded driver; nil for any other.
    public let embeddedRoot: String?

    /// Chooses.
    ///
    /// - Parameters:
    ///   - connect: What the command line says.
    ///   - environment: `LIBVIRT_DEFAULT_URI` counts.
    ///   - isRoot: Whether the user is root.
    ///   - home: Where the embedded driver's files go.
    public init(
        connect: String?,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        isRoot: Bool = geteuid() == 0,
        home: Home
    ) {
        if let chosen = connect ?? environment["LIBVIRT_DEFAULT_URI"].flatMap({ $0.isEmpty ? nil : $0 }) {
            uri = chosen
            embeddedRoot = nil
        } else if isRoot {
            let root = Self.root(in: home)
            embeddedRoot = root.string
            let allowed = CharacterSet.urlQueryAllowed.subtracting(CharacterSet(charactersIn: "&=+;"))
            uri =
                "qemu:///embed?root=\(root.string.addingPercentEncoding(withAllowedCharacters: allowed) ?? root.string)"
        } else {
            uri = "qemu:///session"
            embeddedRoot = nil
        }
    }

    /// Connects.
    ///
    /// - Parameter home: Where the driver's knowledge of QEMU is kept between bakes.
    /// - Throws: ``Failure`` with ``ExitStatus/unavailable`` that says how to get a hypervisor.
    public func connect(home: Home) async throws(Failure) -> Connection {
        if let embeddedRoot { try prepare(FilePath(embeddedRoot), home: home) }
        do {
            return try await Connection.open(uri)
        } catch {
            throw Failure(
                .unavailable,
                "libvirt cannot be reached at \(uri)",
                [
                    "cause": error.message,
                    "next": embeddedRoot == nil
                        ? "start its daemon, or name another with --connect; 'imagebake doctor' says what is missing"
                        : "install libvirt-daemon-system and qemu-system-x86; 'imagebake doctor' says what is missing",
                ]
            )
        }
    }

    /// Removes the embedded driver's directory, once its guests are gone.
    func removeRoot() throws(Failure) {
        if let embeddedRoot { try Files.remove(FilePath(embeddedRoot)) }
    }

    /// The pids of guests whose pid file lies under the embedded root and which still run.
    ///
    /// - Parameter uuid: The guest's UUID, which must stand in the process's arguments: a pid may have been given away since.
    func guestPIDs(uuid: String) -> [pid_t] {
        guard let embeddedRoot else { return [] }
        let directory = FilePath(embeddedRoot).appending("run/qemu")
        return Files.names(in: directory).filter { $0.hasSuffix(".pid") && $0 != "driver.pid" }.compactMap { name in
            guard let text = try? String(contentsOfFile: directory.appending(name).string, encoding: .utf8),
                let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), pid > 1,
                let arguments = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline")),
                String(decoding: arguments, as: UTF8.self).contains(uuid)
            else { return nil }
            return pid
        }
    }

    // A monitor socket's path is ROOT/lib/qemu/domain-1-<20 characters>/monitor.sock, and the kernel takes 107 bytes
    // (sun_path, unix(7)).
    private static let longestRoot = 52

    private static func root(in home: Home) -> FilePath {
        let name = String(UUID().uuidString.lowercased().prefix(8))
        let root = home.state.appending("libvirt").appending(name)
        if root.string.utf8.count <= longestRoot { return root }
        return FilePath("/tmp").appending("imagebake-libvirt-\(name)")
    }

    private func prepare(_ root: FilePath, home: Home) throws(Failure) {
        guard !Files.exists(root.appending("etc")) else { return }
        try Files.makeDirectory(root.removingLastComponent())
        // Under /tmp anybody could have made it first; mkdir that fails on an existing one keeps it ours.
        guard mkdir(root.string, 0o755) == 0 else {
            throw Files.failure(Errno(rawValue: errno), "cannot make the directory \(root)")
        }
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
}
