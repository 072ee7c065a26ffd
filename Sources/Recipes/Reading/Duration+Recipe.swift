extension Duration {
    /// Reads a duration as recipes write it: hours, minutes and seconds in this order, each a number and `h`, `m` or `s`.
    init?(parsing text: String) {
        var rest = text[...]
        var seconds: Int64 = 0
        for (unit, factor) in [("h", 3600), ("m", 60), ("s", 1)] as [(String, Int64)] {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, rest.dropFirst(digits.count).hasPrefix(unit) else { continue }
            guard digits.count <= 7, let number = Int64(digits) else { return nil }
            seconds += number * factor
            rest = rest.dropFirst(digits.count + 1)
        }
        guard rest.isEmpty, !text.isEmpty else { return nil }
        self = .seconds(seconds)
    }

    /// The duration as recipes write it.
    var inWords: String {
        let seconds = components.seconds
        let parts = [(seconds / 3600, "h"), (seconds % 3600 / 60, "m"), (seconds % 60, "s")]
        let text = parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
        return text.isEmpty ? "0s" : text
    }
}
