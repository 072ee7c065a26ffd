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

    /// Connects.
    ///
    /// - Parameter home: Where the driver's knowledge of QEMU is kept between bakes.
    /// - Throws: ``Failure`` with ``ExitStatus/unavailable`` that says how to get a hypervisor.
    public func connect(home: Home) async throws(Failure) -> Connection {
        if let embeddedRoot {
            // One root for all bakes of a process, made by the first that connects.
            try preparation.withLock { _ throws(Failure) in
                try EmbeddedDriver.prepare(FilePath(embeddedRoot), home: home)
            }
        }
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
}

private let preparation = Mutex(())
