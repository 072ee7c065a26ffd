import Glibc

/// A pattern for paths in a guest, matched on this side against the names that are really on the disk.
///
/// As in a shell, `*` and `?` do not match a slash, but do match a leading dot. In a pattern with `**` they match slashes
/// too: `/var/log/**` is everything below, `/etc/**~` every such name at any depth. Bytes are compared, no locale.
struct GuestGlob: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    init(stringLiteral text: String) {
        self.text = text
    }

    var description: String { text }

    /// The part before the first wildcard.
    var literalPrefix: String {
        String(text.prefix { !"*?[\\".contains($0) })
    }

    /// The first `count` components, or nil where a wildcard comes earlier.
    func components(_ count: Int) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().prefix(count)
        let path = parts.map { "/" + $0 }.joined()
        return parts.count == count && path.utf8.count <= literalPrefix.utf8.count ? path : nil
    }

    /// Whether a path, given as a C string, matches.
    func matches(_ path: UnsafePointer<CChar>) -> Bool {
        fnmatch(text, path, text.contains("**") ? 0 : FNM_PATHNAME) == 0
    }
}
