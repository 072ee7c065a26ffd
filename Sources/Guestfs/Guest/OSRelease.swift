/// What os-release(5) says of a system, as far as an inspection asks.
struct OSRelease: Equatable {
    /// The first numbers of a release.
    struct Version: Equatable {
        let major: Int
        let minor: Int

        /// The first number in a text, and the one that follows it behind a dot; nil where there is no number.
        init?(_ text: String) {
            let digits = text.utf8.drop { !Self.isDigit($0) }
            let first = digits.prefix(while: Self.isDigit)
            guard let major = Int(String(decoding: first, as: UTF8.self)) else { return nil }
            let rest = digits.dropFirst(first.count)
            let second = rest.first == UInt8(ascii: ".") ? rest.dropFirst().prefix(while: Self.isDigit) : rest.prefix(0)
            self.major = major
            minor = Int(String(decoding: second, as: UTF8.self)) ?? 0
        }

        private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    }

    /// `ID`.
    let id: String
    /// `PRETTY_NAME`.
    let name: String
    /// `VERSION_ID`.
    let version: Version

    /// Nil where one of the three is missing, or written in a way that only a shell understands.
    init?(_ content: [UInt8]) {
        var values: [Substring: String] = [:]
        for line in String(decoding: content, as: UTF8.self).split(separator: "\n") {
            guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#") else { continue }
            var value = line[line.index(after: equals)...]
            if let quote = value.first, quote == "\"" || quote == "'" {
                guard value.count > 1, value.last == quote else { return nil }
                value = value.dropFirst().dropLast()
            }
            let key = line[..<equals]
            guard ["ID", "PRETTY_NAME", "VERSION_ID"].contains(key) else { continue }
            guard !value.contains(where: { "\\\"'$`".contains($0) }) else { return nil }
            values[key] = String(value)
        }
        guard let id = values["ID"], let name = values["PRETTY_NAME"], let version = values["VERSION_ID"],
            let version = Version(version)
        else { return nil }
        (self.id, self.name, self.version) = (id, name, version)
    }
}
