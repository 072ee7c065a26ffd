/// Why there is no password of root.
///
/// No message holds the password or a part of it.
public struct RootPasswordError: Error, Sendable, Equatable {
    /// The kinds of error.
    public enum Code: String, Sendable {
        /// The variable is not set, or the file does not exist.
        case missing

        /// This user may not read the file.
        case notPermitted

        /// The file cannot be read for another reason.
        case unreadable

        /// What was found cannot be a password.
        case unfit

        /// The C library does not know SHA-512 crypt.
        case unsupported

        /// The key for fingerprints is too short.
        case weakKey
    }

    /// The kind of error.
    public let code: Code

    /// What is wrong, in lower case and without a full stop.
    public let message: String

    /// The exit status that a command ends with.
    public var exitStatus: Int32 {
        switch code {
        case .missing: 66
        case .notPermitted: 77
        case .unreadable: 74
        case .unfit: 65
        case .unsupported: 69
        case .weakKey: 70
        }
    }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension RootPasswordError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
