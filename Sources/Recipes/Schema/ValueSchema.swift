/// What a reader takes, as far as JSON Schema can say it.
indirect enum ValueSchema: Equatable, Sendable {
    /// Nothing is known; no reader of a recipe's keys may say that, and a test sees to it.
    case unknown

    /// One line of text, in the words of the rule's requirement, with a regular expression where the rule has one.
    case text(requirement: String, pattern: String?, atMost: Int?)

    /// A script.
    case script

    /// `true` or `false`.
    case flag

    /// A whole number.
    case integer(ClosedRange<Int>)

    /// A size such as `10 GiB`.
    case size(least: String, most: String)

    /// A duration such as `1h30m`.
    case duration(least: String, most: String)

    /// One of some words.
    case words([String])

    /// One number and nothing else.
    case number(Int)

    /// A list.
    case list(ValueSchema, atLeast: Int, atMost: Int, isDistinct: Bool)

    /// A mapping with known keys.
    case mapping([Key])

    /// A mapping whose keys are names of the user's own.
    case names(requirement: String, pattern: String?, values: ValueSchema, atMost: Int)

    /// One of several things.
    case either([ValueSchema])
}

extension ValueSchema {
    /// A key of a mapping.
    struct Key: Equatable, Sendable {
        let name: String
        var schema: ValueSchema
        var isRequired: Bool

        /// What stands in for the key when it is not there, in words; several where it depends on the operating system.
        var defaults: [String]
    }

    /// The keys of a mapping, or of the mapping among several things; none for all others.
    var keys: [Key] {
        switch self {
        case .mapping(let keys): keys
        case .list(let element, _, _, _): element.keys
        case .names(_, _, let values, _): values.keys
        case .either(let cases): cases.flatMap(\.keys)
        default: []
        }
    }
}
