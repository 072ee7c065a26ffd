/// URLs as people may see them.
enum URLText {
    /// The URL without user information: neither a name nor a password belongs in a message.
    static func redacted(_ text: String) -> String {
        guard let scheme = text.range(ofFirst: "://") else { return text }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else { return text }
        return String(text[..<scheme.upperBound]) + rest[rest.index(after: at)...]
    }
}

extension String {
    /// Where a text first occurs; unlike Foundation's `range(of:)` without any locale or normalisation.
    func range(ofFirst needle: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            start = index(after: start)
        }
        return nil
    }
}
