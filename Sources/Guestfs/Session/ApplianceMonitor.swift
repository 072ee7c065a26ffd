import Dispatch
import Glibc
import Synchronization
import SystemPackage

/// Listens on the monitor of the appliance's QEMU for writes that the host's disk does not take.
///
/// Where a disk of the host is full, QEMU stops the guest until somebody makes room (`werror=enospc`, its default; qemu(1), "-drive"), and
/// libguestfs, which has no connection to the monitor, waits with it for ever. QEMU could tell the appliance instead (`werror=report`), but
/// then the appliance's kernel would lose what it had taken for written, and nobody would hear of that.
final class ApplianceMonitor {
    // A chardev of this kind is two FIFOs, so that the length of their path does not count, as it would for a socket.
    private static let name = "monitor"
    private static let longestLine = 64 << 10

    private let source: any DispatchSourceRead
    /// How far QEMU's life went.
    let life = ApplianceLife()

    /// Makes the FIFOs in a directory of the session's own, and listens.
    ///
    /// - Parameter onStop: Told once what QEMU says where it has stopped the guest: its operation and its reason.
    init(in directory: FilePath, onStop: @escaping @Sendable (String) -> Void) throws {
        var descriptors: [FileDescriptor] = []
        do {
            for end in ["in", "out"] {
                let path = directory.appending("\(Self.name).\(end)")
                guard mkfifo(path.string, 0o600) == 0 else { throw Errno(rawValue: errno) }
                // For both, so that neither opening nor reading waits for QEMU, nor ends with one that is only asked for its version.
                descriptors.append(try FileDescriptor.open(path, .readWrite, options: [.nonBlocking, .closeOnExec]))
            }
            // A monitor sends no events before it is told to (QEMU, docs/interop/qmp-spec).
            _ = try descriptors[0].writeAll(Array(#"{"execute": "qmp_capabilities"}"#.utf8) + [0x0A])
        } catch {
            for descriptor in descriptors { try? descriptor.close() }
            throw GuestfsError(.launch, "launch", "cannot listen to QEMU in \(directory): \(error)")
        }
        let (input, output) = (descriptors[0], descriptors[1])
        source = DispatchSource.makeReadSource(fileDescriptor: output.rawValue, queue: .global())
        let rest = Mutex<[UInt8]>([])
        let life = life
        source.setEventHandler {
            var piece = [UInt8](repeating: 0, count: 4096)
            let count = (try? piece.withUnsafeMutableBytes { try output.read(into: $0) }) ?? 0
            let lines = rest.withLock { rest -> [[UInt8]] in
                rest += piece.prefix(count)
                var lines = rest.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
                rest = lines.popLast() ?? []
                if rest.count > Self.longestLine { rest = [] }
                return lines
            }
            for line in lines {
                life.take(line)
                if let reason = Self.reason(in: line) { onStop(reason) }
            }
        }
        source.setCancelHandler {
            try? input.close()
            try? output.close()
        }
        source.activate()
    }

    deinit { source.cancel() }

    /// What QEMU is to be started with.
    static func arguments(in directory: FilePath) -> [(name: String, value: String)] {
        // A comma in a value is written twice (qemu(1), "-drive").
        let path = directory.appending(name).string.split(separator: ",", omittingEmptySubsequences: false)
            .joined(separator: ",,")
        return [
            ("-chardev", "pipe,id=imagebake-monitor,path=\(path)"),
            ("-mon", "chardev=imagebake-monitor,mode=control"),
        ]
    }

    /// The operation and the reason of a `BLOCK_IO_ERROR` that has stopped the guest (QEMU, qapi/block-core.json); nil of anything else.
    static func reason(in line: [UInt8]) -> String? {
        let text = String(decoding: line, as: UTF8.self)
        guard value("event", in: text) == "BLOCK_IO_ERROR", value("action", in: text) == "stop" else { return nil }
        return [value("operation", in: text), value("reason", in: text)].compactMap(\.self).joined(separator: ": ")
    }

    /// The text behind a key.
    ///
    /// QEMU's own names and the C library's words have nothing in them that JSON would escape.
    static func value(_ key: String, in text: String) -> String? {
        guard let start = text.firstRange(of: "\"\(key)\": \"")?.upperBound,
            let end = text[start...].firstIndex(of: "\"")
        else { return nil }
        return String(text[start..<end])
    }
}
