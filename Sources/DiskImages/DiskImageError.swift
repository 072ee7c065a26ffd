import Glibc
public import SystemPackage

/// What went wrong with an image file or with qemu-img.
public struct DiskImageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that a caller can tell apart.
    public enum Code: Sendable, Hashable {
        /// qemu-img is not installed.
        case toolMissing
        /// qemu-img failed for a reason of its own; the message carries its words.
        case toolFailed
        /// A file or directory does not exist.
        case notFound
        /// The file system or its owner does not permit it, or it is mounted read-only.
        case permission
        /// The file system, or the quota on it, is full.
        case noSpace
        /// The file is not in the format that was declared.
        case mismatch
        /// The image refers to other files or uses what no consumer should accept.
        case unsafe
        /// The image is damaged, or changed while it was read.
        case corrupt
        /// Something is there already that would have been overwritten.
        case exists
        /// An argument makes no sense.
        case invalid
        /// Any other failure to read or write.
        case io
    }

    /// The kind of failure.
    public let code: Code

    /// The file that it is about, where there is one.
    public let path: FilePath?

    /// One lower-case sentence that names the path and the cause.
    public let message: String

    /// Creates an error.
    public init(_ code: Code, path: FilePath? = nil, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

extension DiskImageError {
    /// The error for a failed system call: `action` reads like "cannot write".
    package init(errno number: CInt, _ action: String, _ path: FilePath) {
        switch number {
        case ENOSPC, EDQUOT:
            self.init(.noSpace, path: path, "\(action) \(path): no space left on its file system")
        case EACCES, EPERM:
            self.init(.permission, path: path, "\(action) \(path): permission denied")
        case EROFS:
            self.init(.permission, path: path, "\(action) \(path): its file system is read-only")
        case ENOENT:
            self.init(.notFound, path: path, "\(action) \(path): no such file or directory")
        case EEXIST:
            self.init(.exists, path: path, "\(action) \(path): it exists already")
        case EISDIR:
            self.init(.invalid, path: path, "\(action) \(path): it is a directory")
        default:
            self.init(.io, path: path, "\(action) \(path): \(Errno(rawValue: number).description.lowercased())")
        }
    }
}
