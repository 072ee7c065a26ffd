import Foundation
import SystemPackage

/// File operations that say what failed, with an exit status.
enum Files {
    /// Makes a directory and its parents.
    ///
    /// - Parameters:
    ///   - path: The directory.
    ///   - mode: Its permissions where it is new. Disks are opened by the user that QEMU runs as, so a directory on the way to one
    ///     must let others pass.
    static func makeDirectory(_ path: FilePath, mode: Int = 0o755) throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path.string,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: mode]
            )
        } catch {
            throw failure(error, "cannot make the directory \(path)")
        }
    }

    /// Reads a whole small file.
    static func read(_ path: FilePath) throws(Failure) -> Data {
        do {
            return try Data(contentsOf: URL(filePath: path.string))
        } catch {
            throw failure(error, "cannot read \(path)")
        }
    }

    /// Writes a small file: under a temporary name, synced, then renamed.
    static func write(
        _ data: Data,
        to path: FilePath,
        mode: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
    )
        throws(Failure)
    {
        // Two bakes of one process may write the same file.
        let unique = "\(getpid())-\(String(UInt32.random(in: .min ... .max), radix: 16))"
        let temporary = path.removingLastComponent().appending(".\(path.lastComponent?.string ?? "file").\(unique)")
        do {
            let file = try FileDescriptor.open(
                temporary,
                .writeOnly,
                options: [.create, .truncate],
                permissions: mode
            )
            try file.closeAfter {
                try file.writeAll(data)
                try sync(file)
            }
            guard rename(temporary.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(temporary.string)
            throw failure(error, "cannot write \(path)")
        }
        syncDirectory(path.removingLastComponent())
    }

    static func write(
        _ text: String,
        to path: FilePath,
        mode: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
    )
        throws(Failure)
    {
        try write(Data(text.utf8), to: path, mode: mode)
    }

    /// Writes a value as JSON that people can read.
    static func write(_ value: some Encodable, asJSON path: FilePath) throws(Failure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            throw Failure(.bug, "\(path.lastComponent?.string ?? "a report") cannot be written down")
        }
        try write(data, to: path)
    }

    /// Brings what any process wrote to a file onto the disk.
    static func syncFile(_ path: FilePath) throws(Failure) {
        do {
            let file = try FileDescriptor.open(path, .readOnly)
            try file.closeAfter { try sync(file) }
        } catch {
            throw failure(error, "cannot write \(path) to the disk")
        }
    }

    /// Makes a rename or a new name in a directory last; a file system that cannot is left alone.
    static func syncDirectory(_ path: FilePath) {
        guard let directory = try? FileDescriptor.open(path, .readOnly) else { return }
        _ = try? directory.closeAfter { fsync(directory.rawValue) }
    }

    /// Removes a file or a whole directory; one that is not there is no error.
    static func remove(_ path: FilePath) throws(Failure) {
        do {
            try FileManager.default.removeItem(atPath: path.string)
        } catch CocoaError.fileNoSuchFile {
            return
        } catch {
            guard exists(path) else { return }
            throw failure(error, "cannot remove \(path)")
        }
    }

    static func exists(_ path: FilePath) -> Bool {
        var status = stat()
        return lstat(path.string, &status) == 0
    }

    /// The length of a file in bytes; nil where there is none.
    static func size(of path: FilePath) -> Int64? {
        var status = stat()
        return stat(path.string, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// The names in a directory, sorted; none where it does not exist.
    static func names(in directory: FilePath) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? []).sorted()
    }

    private static func sync(_ file: FileDescriptor) throws {
        guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }

    /// The failure for an error of the file system: no space, no permission, or what the system says.
    static func failure(_ error: any Error, _ message: String) -> Failure {
        let number = errnoValue(of: error)
        let status: ExitStatus =
            switch number {
            case .permissionDenied, .notPermitted, .readOnlyFileSystem: .notPermitted
            case .noSuchFileOrDirectory: .inputMissing
            default: .inputOutput
            }
        let next: String? =
            switch number {
            case .noSpace, .diskQuotaExceeded: "free some space, or set IMAGEBAKE_HOME to a larger disk"
            case .permissionDenied, .notPermitted: "change its owner or permissions, or set IMAGEBAKE_HOME"
            default: nil
            }
        return Failure(status, "\(message): \(number.map { "\($0)".lowercased() } ?? "\(error)")", ["next": next])
    }

    private static func errnoValue(of error: any Error) -> Errno? {
        if let number = error as? Errno { return number }
        let error = error as NSError
        if error.domain == NSPOSIXErrorDomain { return Errno(rawValue: CInt(error.code)) }
        if let underlying = error.userInfo[NSUnderlyingErrorKey] as? any Error { return errnoValue(of: underlying) }
        guard error.domain == NSCocoaErrorDomain else { return nil }
        switch CocoaError.Code(rawValue: error.code) {
        case .fileNoSuchFile, .fileReadNoSuchFile: return .noSuchFileOrDirectory
        case .fileReadNoPermission, .fileWriteNoPermission: return .permissionDenied
        case .fileWriteOutOfSpace: return .noSpace
        case .fileWriteVolumeReadOnly: return .readOnlyFileSystem
        default: return nil
        }
    }
}
