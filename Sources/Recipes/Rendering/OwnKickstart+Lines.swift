extension Recipe.OwnKickstart {
    /// A line, the section that it is in, and its placeholders.
    struct Line {
        /// The number of the line, counted from 1.
        let number: Int

        /// The section's name, such as `%post`; nil among the commands.
        let section: String?

        /// The number of the line in which the section begins.
        let sectionStart: Int

        /// Texts and placeholders in their order.
        let parts: [Part]

        /// The line itself.
        let text: Substring
    }

    /// A piece of a line.
    enum Part: Equatable {
        case text(Substring)
        case stamp
        case location
        case rootPasswordHash
        case secret(Recipe.SecretName)
    }

    /// The lines of the file; a line with `%end` belongs to the section that it ends.
    var lines: [Line] {
        var section: (name: String, start: Int)?
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
            let word = String(line.prefix { !$0.isWhitespace })
            if section == nil, KickstartSections.opening.contains(word) { section = (word, index + 1) }
            defer { if word == "%end" { section = nil } }
            return Line(
                number: index + 1,
                section: section?.name,
                sectionStart: section?.start ?? 0,
                parts: Self.parts(of: line),
                text: line
            )
        }
    }

    /// The secrets that the file names.
    var secretNames: [Recipe.SecretName] {
        lines.flatMap(\.parts).compactMap { part in
            if case .secret(let name) = part { name } else { nil }
        }
    }

    private static func parts(of line: Substring) -> [Part] {
        var parts: [Part] = []
        var rest = line
        while let open = rest.firstRange(of: "@{"), let close = rest[open.upperBound...].firstIndex(of: "}") {
            let name = rest[open.upperBound..<close]
            let after = rest.index(after: close)
            if let part = part(named: name) {
                parts += [.text(rest[..<open.lowerBound]), part]
            } else {
                parts.append(.text(rest[..<after]))
            }
            rest = rest[after...]
        }
        return parts + [.text(rest)]
    }

    private static func part(named name: Substring) -> Part? {
        switch name {
        case "stamp": return .stamp
        case "location": return .location
        case "root_password_hash": return .rootPasswordHash
        default:
            guard name.hasPrefix("secret:") else { return nil }
            let secret = String(name.dropFirst("secret:".count))
            return TextRule.secretName.accepts(secret) ? .secret(.init(secret)) : nil
        }
    }
}
