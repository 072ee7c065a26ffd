import Glibc
import SystemPackage

/// Reads the bytes of a recipe or of a file that belongs to one, and refuses what cannot be one before it reads it whole.
enum RecipeBytes {
    /// The size above which a file is refused.
    ///
    /// Real recipes have a few kilobytes.
    static let limit = 1 << 20

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file to open.
    ///   - name: The file, as the user named it.
    ///   - kind: What the file should be, for messages.
    static func read(_ path: FilePath, name: String, kind: String = "recipe") throws(RecipeProblems) -> [UInt8] {
        do {
            // Without `nonBlocking` the opening of a named pipe would wait for a writer.
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
            defer { try? descriptor.close() }
            return try bytes(of: descriptor, name: name, kind: kind)
        } catch let problems as RecipeProblems {
            throw problems
        } catch let error as Errno {
            throw problems(opening: name, error: error, kind: kind)
        } catch {
            throw problem(name, "cannot be read: \(error)", exitStatus: EX_IOERR)
        }
    }

    private static func bytes(of descriptor: FileDescriptor, name: String, kind: String) throws -> [UInt8] {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw problem(name, "is a directory, not a \(kind)")
        default: throw problem(name, "is not a regular file")
        }
        let tooLarge = "a \(kind) has at most \(ByteCount(bytes: Int64(limit)))"
        guard status.st_size <= limit else {
            throw problem(name, "has \(status.st_size) bytes; \(tooLarge)")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size))
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            // The file may grow while it is read.
            guard bytes.count <= limit else { throw problem(name, "is too large; \(tooLarge)") }
        }
    }

    private static func problems(opening name: String, error: Errno, kind: String) -> RecipeProblems {
        switch error {
        case .noSuchFileOrDirectory, .notDirectory:
            problem(name, "there is no such \(kind)", exitStatus: EX_NOINPUT)
        case .tooManySymbolicLinkLevels:
            problem(name, "is a symbolic link that leads to itself", exitStatus: EX_NOINPUT)
        case .fileNameTooLong:
            problem(name, "there is no such \(kind): the name is too long", exitStatus: EX_NOINPUT)
        case .permissionDenied, .notPermitted:
            problem(name, "this user may not read it", exitStatus: EX_NOPERM)
        case .isDirectory:
            problem(name, "is a directory, not a \(kind)")
        default:
            problem(name, "cannot be read: \(error)", exitStatus: EX_IOERR)
        }
    }

    private static func problem(_ name: String, _ message: String, exitStatus: Int32 = EX_DATAERR) -> RecipeProblems {
        RecipeProblems([Diagnostic(file: name, message: message, code: Diagnostic.unreadable)], exitStatus: exitStatus)
    }
}
