/// Why a package database, or a piece of one, cannot be read.
public struct InventoryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: String, Sendable {
        /// The bytes are not what the format asks for.
        case corrupt
        /// A length or a count is larger than any real database needs.
        case tooLarge
        /// A format, or a version of one, that is not known.
        case unsupported
        /// The bytes could not be had.
        case unreadable
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong, lower case, no full stop.
    public let message: String

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
