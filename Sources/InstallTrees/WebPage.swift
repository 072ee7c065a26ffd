/// Tells a web page by its first bytes: a log-in page of the network, a directory listing, an error.
enum WebPage {
    /// As many bytes as are looked at.
    static let headLength = 512

    /// What HTML begins with, in lower case.
    ///
    /// Source: WHATWG, MIME Sniffing, 7.1.
    private static let beginnings = [
        "<!doctype html", "<html", "<head", "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a ", "<style",
        "<title", "<b>", "<body", "<br", "<p>", "<!--", "<?xml",
    ]

    /// Whether a file is a web page.
    ///
    /// - Parameters:
    ///   - head: its first bytes, fewer where it is not longer.
    ///   - isDeclared: whether the server calls it one, so that any tag will do. No kernel and no initrd begins with one.
    static func matches(_ head: [UInt8], isDeclared: Bool = false) -> Bool {
        let body = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head.dropFirst(3) : head[...]
        let start = body.drop { [9, 10, 12, 13, 32].contains($0) }
        guard start.first == UInt8(ascii: "<") else { return false }
        if isDeclared { return true }
        let text = String(decoding: start.prefix(16).map { (65...90).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
        return beginnings.contains { text.hasPrefix($0) }
    }
}
