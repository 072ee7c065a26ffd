/// What stands in a script for the value of a secret until the kickstart is rendered.
enum SecretToken {
    private static let start: Unicode.Scalar = "\u{E001}"
    private static let end: Unicode.Scalar = "\u{E002}"

    /// The token of a secret.
    static func token(_ name: String) -> String {
        "\(start)\(name)\(end)"
    }

    /// The names of the secrets that a text refers to.
    static func names(in text: String) -> Set<String> {
        var names: Set<String> = []
        _ = replace(in: text) { name in
            names.insert(name)
            return ""
        }
        return names
    }

    /// A text with something in place of each token.
    static func replace<Failure: Error>(
        in text: String,
        with value: (String) throws(Failure) -> String
    ) throws(Failure) -> String {
        guard text.unicodeScalars.contains(start) else { return text }
        var result = ""
        var rest = text.unicodeScalars[...]
        while let begin = rest.firstIndex(of: start), let stop = rest[begin...].firstIndex(of: end) {
            result.unicodeScalars.append(contentsOf: rest[..<begin])
            result += try value(String(rest[rest.index(after: begin)..<stop]))
            rest = rest[rest.index(after: stop)...]
        }
        result.unicodeScalars.append(contentsOf: rest)
        return result
    }
}
