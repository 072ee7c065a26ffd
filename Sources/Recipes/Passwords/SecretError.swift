import SystemPackage

/// Why a secret, or the password of root, has no value.
///
/// No message holds the value or a part of it.
public struct SecretError: Error, Sendable, Equatable {
    /// The kinds of error.
    public enum Code: String, Sendable {
        /// The variable is not set, the file does not exist, or the program does not.
        case missing

        /// This user may not read the file or run the program.
        case notPermitted

        /// The file cannot be read, or the program failed, for another reason.
        case unreadable

        /// The program did not end in time.
        case late

        /// What was found cannot be a secret, or not a password.
        case unfit

        /// The C library does not know SHA-512 crypt.
        case unsupported

        /// The key for fingerprints is too short.
        case weakKey
    }

    /// The kind of error.
    public let code: Code

    /// What is wrong, in lower case and without a full stop, with the place of a secret's declaration.
    public let message: String

    /// The exit status that a command ends with.
    public var exitStatus: Int32 {
        switch code {
        case .missing: 66
        case .notPermitted: 77
        case .unreadable: 74
        case .late: 75
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

extension SecretError.Code {
    /// The code for what the system says of a file or a program.
    init(_ error: Errno) {
        switch error {
        case .noSuchFileOrDirectory, .notDirectory: self = .missing
        case .permissionDenied, .notPermitted: self = .notPermitted
        default: self = .unreadable
        }
    }
}

extension SecretError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
