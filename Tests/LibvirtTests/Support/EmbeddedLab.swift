import Foundation
import Libvirt
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The driver that libvirt runs inside this process, over a directory of its own.
///
/// A process can have it over one directory only, and open it some twenty times in its life ("Too many drivers", libvirt 9.0), so every
/// test shares it.
final class EmbeddedLab: Sendable {
    private static let shared = Task { try await EmbeddedLab() }
    // A monitor socket lies deep below it, and its path is short (sun_path, unix(7)).
    private static let root = FilePath("/tmp/ib-lab-\(getpid())")

    /// A directory of a short path.
    let sockets = root

    let connection: Connection
    let calls: RawConnection

    static func open() async throws -> EmbeddedLab { try await shared.value }

    private init() async throws {
        let etc = Self.root.appending("etc")
        try FileManager.default.createDirectory(atPath: etc.string, withIntermediateDirectories: true)
        // As Pipeline's Hypervisor has it.
        try "stdio_handler = \"file\"\nnamespaces = []\nremember_owner = 0\n"
            .write(toFile: etc.appending("qemu.conf").string, atomically: true, encoding: .utf8)
        if ProcessInfo.processInfo.environment["KEEP"] == nil {
            atexit { try? FileManager.default.removeItem(atPath: EmbeddedLab.root.string) }
        }
        connection = try await Connection.open("qemu:///embed?root=\(Self.root)")
        calls = try RawConnection(beside: connection)
    }

    /// The files of guests below the root: variables, TPM states, sockets, pid files.
    var guestFiles: Set<String> {
        let files = ["lib", "run"].flatMap { part in
            FileManager.default.enumerator(atPath: Self.root.appending(part).string)?.compactMap { name in
                (name as? String).map { "\(part)/\($0)" }
            } ?? []
        }
        // The driver's own, directories that it makes once, and QEMU asked for its abilities, by another test perhaps.
        return Set(
            files.filter { file in
                !["driver.pid", "autostarted"].contains(FilePath(file).lastComponent?.string) && !file.contains("/qmp-")
                    && isFile(file)
            }
        )
    }

    private func isFile(_ name: String) -> Bool {
        let type = try? FileManager.default.attributesOfItem(atPath: Self.root.appending(name).string)[.type]
        return type as? FileAttributeType != .typeDirectory
    }
}
