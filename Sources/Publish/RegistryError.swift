import DiskImages
import GRDB
public import SystemPackage

/// Why a registry did not do what it was asked to.
public struct RegistryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that a caller can tell apart.
    public enum Code: Sendable, Hashable {
        /// No image has that id or name, or the file to publish does not exist.
        case notFound
        /// Several images have that name; these are their ids, newest first.
        case ambiguous([ImageID])
        /// The image is protected.
        case protected
        /// The registry does not let this user do it.
        case forbidden
        /// The image is not in a state for it, or is there already.
        case conflict
        /// A limit of the registry is exceeded.
        case tooLarge
        /// The registry does not know this user, or the password is wrong.
        case unauthorized
        /// The registry cannot be asked at the moment, or does not answer.
        case unavailable
        /// What clouds.yaml or the environment says of the registry is wrong, or it is another service.
        case configuration
        /// The registry or a file may not be read or written.
        case permission
        /// The file system is full.
        case noSpace
        /// A blob, the index or the file to publish is damaged.
        case corrupt
        /// What the registry has of a file that was just sent is not that file.
        case mismatch
        /// The index was made by a newer imagebake, or needs an upgrade that this user may not make.
        case schema
        /// Another process kept the index locked for too long.
        case busy
        /// The metadata or an argument is out of range.
        case invalid
        /// The file is not in its declared format, or refers to other files.
        case unsafe
        /// Any other failure to read or write.
        case io
    }

    /// The kind of failure.
    public let code: Code

    /// The file that it is about, where there is one.
    public let path: FilePath?

    /// One sentence, lower case save where Glance's own text is used.
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

extension RegistryError {
    init(_ error: DiskImageError) {
        let code: Code =
            switch error.code {
            case .notFound: .notFound
            case .permission: .permission
            case .noSpace: .noSpace
            case .mismatch, .unsafe: .unsafe
            case .corrupt: .corrupt
            case .invalid: .invalid
            case .toolMissing, .toolFailed, .exists, .io: .io
            }
        self.init(code, path: error.path, error.message)
    }

    init(_ error: DatabaseError, index: FilePath) {
        let code: Code
        let cause: String
        switch error.resultCode {
        case .SQLITE_FULL:
            (code, cause) = (.noSpace, "no space left on its file system")
        // The shared-memory file beside the index could not grow.
        case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE:
            (code, cause) = (.noSpace, "no space left on its file system")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            (code, cause) = (.busy, "another process has kept it locked for too long")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN:
            (code, cause) = (.permission, "permission denied")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            (code, cause) = (.corrupt, error.message ?? "it is damaged")
        default:
            (code, cause) = (.io, error.message ?? "SQLite error \(error.extendedResultCode.rawValue)")
        }
        self.init(code, path: index, "cannot use the registry's index \(index): \(cause)")
    }
}
