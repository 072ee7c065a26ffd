/// Files of sections and keys: NetworkManager's keyfiles and systemd's units.
enum SettingsFile {
    /// A line that sets a key.
    struct Setting {
        let section: String
        let key: String
        let value: String
    }

    /// The settings of a file in their order, each with the number of its line from 1.
    static func settings(in content: [UInt8]) -> [(setting: Setting, line: Int)] {
        var section = ""
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.enumerated().compactMap { index, line in
            setting(in: line, section: &section).map { ($0, index + 1) }
        }
    }

    /// An edit that takes out or replaces settings: nil keeps one, an empty text takes it out.
    static func edit(_ change: @escaping @Sendable (Setting) -> String?) -> TextEdit {
        TextEdit { content in
            var section = ""
            // The lines come in order, so the section is known when its keys come.
            var kept: [[UInt8]] = []
            var dropped: [LineFilter.Dropped] = []
            let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() {
                guard let setting = setting(in: line, section: &section), let text = change(setting) else {
                    kept.append(Array(line))
                    continue
                }
                dropped.append(LineFilter.Dropped(key: setting.key, line: index + 1))
                if !text.isEmpty { kept.append(Array(text.utf8)) }
            }
            return (Array(kept.joined(separator: [UInt8(ascii: "\n")])), dropped)
        }
    }

    private static func setting(in line: ArraySlice<UInt8>, section: inout String) -> Setting? {
        let text = trimmed(line)
        guard let first = text.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { return nil }
        if first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") {
            section = String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
            return nil
        }
        guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        return Setting(
            section: section,
            key: String(decoding: trimmed(text[..<equals]), as: UTF8.self),
            value: String(decoding: trimmed(text[(equals + 1)...]), as: UTF8.self)
        )
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var bytes = bytes.drop(while: isBlank)
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return bytes
    }
}
