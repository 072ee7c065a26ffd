import ArgumentParser

/// An age as it is given on the command line: `30d`, `12h`, `1d6h`, `90m`, `45s`.
struct Age: ExpressibleByArgument, Equatable {
    let duration: Duration

    /// This long.
    init(_ duration: Duration) {
        self.duration = duration
    }

    init?(argument: String) {
        var rest = argument[...]
        var seconds: Int64 = 0
        for (unit, factor) in [("d", 86400), ("h", 3600), ("m", 60), ("s", 1)] as [(String, Int64)] {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, rest.dropFirst(digits.count).hasPrefix(unit) else { continue }
            guard digits.count <= 7, let number = Int64(digits) else { return nil }
            seconds += number * factor
            rest = rest.dropFirst(digits.count + 1)
        }
        guard rest.isEmpty, !argument.isEmpty else { return nil }
        duration = .seconds(seconds)
    }
}
