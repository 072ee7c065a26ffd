/// The values of a recipe's secrets.
///
/// It says nothing of them when it is printed.
public struct ResolvedSecrets: Sendable, Equatable {
    /// The values by the names of the secrets.
    public let values: [String: String]

    /// A keyed digest (HMAC-SHA256, hexadecimal) of all names and values; `none` when there are none.
    public let fingerprint: String

    /// The same of those that only customising needs; they are not in the other one.
    public let customizingFingerprint: String

    /// What should be seen to, such as a file that others can read.
    public let warnings: [String]
}

extension ResolvedSecrets: CustomStringConvertible, CustomReflectable {
    /// The number of secrets.
    public var description: String { "\(values.count) secrets" }

    /// Nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
