/// A password, a token or a secret: it shows itself to nobody who does not ask for it by name.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself.
    package let value: String

    /// Wraps a secret.
    public init(_ value: String) { self.value = value }

    /// `(secret)`, whatever it is.
    public var description: String { "(secret)" }
    /// `(secret)`, whatever it is.
    public var debugDescription: String { "(secret)" }
    /// A mirror in which nothing is to be seen.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
