import Glibc

/// The check of what follows the scheme of an http URL: host, port and escapes.
enum URLParts {
    /// Whether a text is `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`.
    static func isHost(_ text: some StringProtocol) -> Bool {
        var host = Substring(text)
        var port: Substring?
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return false }
            let rest = host[host.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return false }
            port = rest.isEmpty ? nil : rest.dropFirst()
            var address = in6_addr()
            guard inet_pton(AF_INET6, String(host[..<end].dropFirst()), &address) == 1 else { return false }
        } else {
            if let colon = host.firstIndex(of: ":") {
                port = host[host.index(after: colon)...]
                host = host[..<colon]
            }
            guard isName(host) else { return false }
        }
        guard let port else { return true }
        let isNumber = (1...5).contains(port.utf8.count) && port.allSatisfy { $0.isASCII && $0.isNumber }
        return isNumber && (Int(port).map { (1...65535).contains($0) } ?? false)
    }

    /// Whether two hexadecimal digits follow every `%`.
    static func hasWholeEscapes(_ text: some StringProtocol) -> Bool {
        text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
            let digits = part.prefix(2)
            return digits.count == 2 && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
        }
    }

    private static func isName(_ host: Substring) -> Bool {
        guard (1...253).contains(host.utf8.count) else { return false }
        return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.unicodeScalars.allSatisfy { $0.isASCIIWord || $0 == "-" }
        }
    }
}
