import DiskImages
import Foundation
import SystemPackage

/// An image file of any origin that a command is to read: looked at, and safe to be opened.
struct SourceImage: Sendable {
    /// Where it is, from the root, its links resolved.
    let path: FilePath
    /// Its format: told, or known by its first bytes.
    let format: DiskImages.DiskFormat
    /// The bytes of the disk in it.
    let virtualSize: Int64

    /// Looks at a file.
    ///
    /// The format is found out only where a magic number at the very beginning gives it and the header names no other file: what a guest
    /// writes to its raw disk must never make another file be opened. Everything else has to be told.
    /// - Throws: ``Failure`` with ``ExitStatus/inputMissing``, ``ExitStatus/notPermitted``, ``ExitStatus/usage`` where the format has to be
    ///   told, and ``ExitStatus/tryAgain`` where a guest runs from it.
    init(_ file: String, told: DiskImages.DiskFormat?, qemuImg: QemuImg) async throws {
        path = FilePath(URL(filePath: file).resolvingSymlinksInPath().path)
        format = try Self.format(of: path, told: told)
        do {
            virtualSize = try await qemuImg.info(path, format: format).virtualSize
        } catch let error as DiskImageError {
            throw Self.failure(error, path)
        }
        guard virtualSize > 0 else { throw Failure(.inputMissing, "\(path) is empty") }
    }

    /// The format in which a file can be opened safely, by the rules of ``init(_:told:qemuImg:)``.
    static func format(of path: FilePath, told: DiskImages.DiskFormat?) throws(Failure) -> DiskImages.DiskFormat {
        do {
            return try safeFormat(of: path, told: told)
        } catch let error as DiskImageError {
            throw failure(error, path)
        } catch {
            throw Failure(error)
        }
    }

    private static func safeFormat(of path: FilePath, told: DiskImages.DiskFormat?) throws -> DiskImages.DiskFormat {
        let found = try ImageInspector.inspect(path).format
        switch (told, found) {
        case (.raw?, .luks):
            // A disk that is encrypted as a whole begins like a container of QEMU's.
            return .raw
        case (nil, .raw), (nil, .luks):
            throw Failure(
                .usage,
                "\(path) has no header that says what it is",
                ["next": "if it is the raw bytes of a disk, say so: --image-format raw"]
            )
        case (_, .vmdk), (_, .vhd), (_, .vhdx), (_, .vdi), (_, .qed):
            throw Failure(
                .inputMissing,
                "\(path) is \(found.rawValue), neither qcow2 nor raw",
                ["next": "convert it first: qemu-img convert -f \(qemuName(found)) -O qcow2 \(path) FILE"]
            )
        case (let told?, _):
            try ImageInspector.requireSafe(path, declared: told)
            return told
        case (nil, .qcow2):
            try ImageInspector.requireSafe(path, declared: .qcow2)
            return .qcow2
        }
    }

    /// qemu-img's name of a format.
    private static func qemuName(_ format: DetectedFormat) -> String { format == .vhd ? "vpc" : format.rawValue }

    private static func failure(_ error: DiskImageError, _ path: FilePath) -> Failure {
        // QEMU's words (block/file-posix.c).
        if error.message.contains("Failed to get"), error.message.contains("lock") {
            return Failure(
                .tryAgain,
                "\(path) is open in another process",
                ["next": "shut down the guest that runs from it"]
            )
        }
        switch error.code {
        case .unsafe:
            return Failure(
                .inputMissing,
                error.message,
                ["next": "if you know where it comes from, flatten it: qemu-img convert -O qcow2 \(path) FILE"]
            )
        case .mismatch, .corrupt, .invalid, .toolFailed: return Failure(.inputMissing, error.message)
        default: return Failure(error)
        }
    }
}
