/// Why a text is not a size.
public struct ByteCountError: Error, Sendable, Equatable {
    /// The kinds of error.
    public enum Code: Sendable {
        /// The text is not a number followed by a unit.
        case malformed

        /// The text is a number alone.
        case noUnit

        /// The size does not fit in 63 bits.
        case tooLarge
    }

    /// The kind of error.
    public let code: Code
}

extension ByteCountError: CustomStringConvertible {
    /// What is wrong, to follow the text in question.
    public var description: String {
        switch code {
        case .malformed: "is not a size"
        case .noUnit: "has no unit"
        case .tooLarge: "is too large a size"
        }
    }
}
