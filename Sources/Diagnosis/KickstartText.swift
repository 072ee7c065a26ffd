/// A kickstart in which the line that a message is about is looked for.
struct KickstartText: Sendable {
    /// What a message names.
    enum Subject: Sendable {
        case package, group, user, mountPoint, volumeGroup, repository, url, section
    }

    private let lines: [Substring]

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The first line that has what a message names, from 1.
    func line(of subject: Subject, _ value: String) -> Int? {
        guard !value.isEmpty else { return nil }
        var section: Substring?
        for (index, line) in lines.enumerated() {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            if first == "%end" {
                section = nil
            } else if first.hasPrefix("%"), section == nil {
                if subject == .section, first == value { return index + 1 }
                section = first
            } else if matches(words, first, subject, value, section: section) {
                return index + 1
            }
        }
        return nil
    }

    private func matches(
        _ words: [Substring],
        _ first: Substring,
        _ subject: Subject,
        _ value: String,
        section: Substring?
    ) -> Bool {
        switch subject {
        case .package:
            return section == "%packages" && first == value
        case .group:
            let name = words.joined(separator: " ")
            return section == "%packages" && [value, "@\(value)", "@^\(value)", "@ \(value)"].contains(name)
        case .user:
            return section == nil && first == "user" && has(words, "--name", value)
        case .mountPoint:
            return section == nil && ["part", "partition", "logvol", "btrfs", "raid"].contains(first)
                && words.dropFirst().first == value[...]
        case .volumeGroup:
            return section == nil
                && (first == "volgroup" && words.dropFirst().first == value[...]
                    || has(words, "--vgname", value))
        case .repository:
            return section == nil && first == "repo" && has(words, "--name", value)
        case .url:
            guard section == nil, ["url", "repo", "liveimg", "ostreesetup"].contains(first) else { return false }
            let host = Self.host(value)
            return words.contains { $0.contains(host) }
        case .section:
            return false
        }
    }

    private func has(_ words: [Substring], _ option: String, _ value: String) -> Bool {
        for (index, word) in words.enumerated() {
            if word == option, index + 1 < words.count, Self.unquoted(words[index + 1]) == value { return true }
            if word.hasPrefix("\(option)="), Self.unquoted(word.dropFirst(option.count + 1)) == value { return true }
        }
        return false
    }

    private static func unquoted(_ word: Substring) -> String {
        String(word.filter { $0 != "\"" && $0 != "'" })
    }

    /// The host of a URL, or the text itself.
    private static func host(_ url: String) -> String {
        let parts = url.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.count > 1, parts[0].hasSuffix(":") else { return url }
        return String(parts[1])
    }
}
