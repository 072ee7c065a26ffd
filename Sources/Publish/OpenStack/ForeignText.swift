extension Unicode.Scalar {
    /// True for C0, DEL, C1 and the bidirectional overrides, which make a terminal show something else than is there.
    fileprivate var isControlCharacter: Bool {
        value < 32 || (127..<160).contains(value) || (0x202A...0x202E).contains(value)
            || (0x2066...0x2069).contains(value)
    }
}

extension String {
    /// The text with control characters written as `\u{1B}`: servers are strangers, and errors go to terminals.
    var escapingControlCharacters: String {
        guard unicodeScalars.contains(where: \.isControlCharacter) else { return self }
        return unicodeScalars.map { $0.isControlCharacter ? $0.escaped(asASCII: true) : String($0) }.joined()
    }

    /// The words of a text from a server: no control characters, no runs of white space, at most 500 characters.
    var serverWords: String {
        let plain = unicodeScalars.map { $0.isControlCharacter ? " " : String($0) }.joined()
        let words = plain.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count <= 500 ? words : words.prefix(500) + " [...]"
    }

    /// The text of a web page without its tags, scripts and styles.
    var withoutTags: String {
        var text = ""
        var rest = self[...]
        while let open = rest.firstIndex(of: "<") {
            text += rest[..<open] + " "
            rest = rest[open...]
            let head = rest.prefix(8).lowercased()
            var end = ">"
            for name in ["script", "style"] where head.hasPrefix("<\(name)") { end = "</\(name)>" }
            if head.hasPrefix("<!--") { end = "-->" }
            guard let range = rest.firstRange(ofIgnoringCase: end) else { return text }
            rest = rest[range.upperBound...]
        }
        text += rest
        for (entity, character) in [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&"),
        ] {
            text = text.replacing(entity, with: character)
        }
        return text
    }
}

extension Substring {
    fileprivate func firstRange(ofIgnoringCase text: String) -> Range<Index>? {
        var start = startIndex
        while let first = text.first,
            let found = self[start...].firstIndex(where: { $0.lowercased() == first.lowercased() })
        {
            if self[found...].prefix(text.count).lowercased() == text.lowercased() {
                return found..<index(found, offsetBy: text.count)
            }
            start = index(after: found)
        }
        return nil
    }
}
