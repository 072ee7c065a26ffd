public import Foundation
public import Libvirt
import Synchronization
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
            let root = EmbeddedDriver.root(in: home)
            embeddedRoot = root.string
            let allowed = CharacterSet.urlQueryAllowed.subtracting(CharacterSet(charactersIn: "&=+;"))
            uri =
                "qemu:///embed?root=\(root.string.addingPercentEncoding(withAllowedCharacters: allowed) ?? root.string)"
        } else {
            uri = "qemu:///session"
            embeddedRoot = nil
        }
    }

    /// Whether it may be on another machine, with which no file is shared: the URI names a transport or a host.
    ///
    /// `qemu+unix` is this one (libvirt, docs/uri.rst).
    public var isRemote: Bool {
        let address = URLComponents(string: uri)
        let transport = address?.scheme?.split(separator: "+").dropFirst().first
        return transport.map { $0 != "unix" } ?? !(address?.host ?? "").isEmpty
    }

    /// Whether it is the daemon of the whole host.
    var isPrivileged: Bool { URLComponents(string: uri)?.path == "/system" }

    /// The command that carries a port of a remote host's loopback here, through ssh, whatever carries libvirt.
    func tunnel(to port: Int) -> String {
        let address = URLComponents(string: uri)
        let user = address?.user.map { "\($0)@" } ?? ""
        // The port of another transport is not that of ssh.
        let ssh = uri.contains("+ssh:") ? address?.port.map { " -p \($0)" } ?? "" : ""
        // A URI has an IPv6 address in brackets, ssh has not.
        let host = (address?.host ?? "HOST").filter { $0 != "[" && $0 != "]" }
        return "ssh -N -L \(port):127.0.0.1:\(port)\(ssh) \(user)\(host)"
    }

    /// Where a storage pool that a bake makes for itself lies on a remote host.
    ///
    /// The privileged daemon has a directory for images; a user's may write to /var/tmp, which is on a disk, and only there for sure.
    func ownPoolDirectory(_ name: String) -> FilePath {
        FilePath(isPrivileged ? "/var/lib/libvirt/images" : "/var/tmp").appending(name)
    }

    /// Connects.
    ///
    /// - Parameters:
    ///   - home: Where the driver's knowledge of QEMU is kept between bakes.
    ///   - limit: How long a remote host may take to answer; half a minute unless given, and for ssh, which may ask its user
    ///     something, two.
    /// - Throws: ``Failure`` with ``ExitStatus/unavailable`` that says how to get a hypervisor.
    public func connect(home: Home, within limit: Duration? = nil) async throws(Failure) -> Connection {
        if let embeddedRoot {
            // One root for all bakes of a process, made by the first that connects.
            try preparation.withLock { _ throws(Failure) in
                try EmbeddedDriver.prepare(FilePath(embeddedRoot), home: home)
            }
        }
        do throws(LibvirtError) {
            guard isRemote else { return try await Connection.open(uri) }
            let usual = Duration.seconds(uri.contains("+ssh:") ? 120 : 30)
            return try await Connection.open(uri, keepAlive: KeepAlive(), within: limit ?? usual)
        } catch {
            guard error.code != .cancelled else { throw .interrupted }
            guard !isRemote else {
                throw Failure(
                    .unavailable,
                    "libvirt cannot be reached at \(uri)",
                    [
                        "cause": error.message,
                        "next": "see that 'virsh -c \(uri) version' works; docs/remote.md says what it takes",
                    ]
                )
            }
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
}

private let preparation = Mutex(())
