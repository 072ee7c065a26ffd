import Foundation

/// A base URL of a service: http or https, without user, query and trailing slash.
struct ServiceURL: Sendable, Hashable {
    let isSecure: Bool
    /// In lower case; an IPv6 address without its brackets.
    let host: String
    let port: Int
    /// `/identity`, or empty.
    let path: String

    /// Reads a URL; nil for what is none, for other schemes and for one with a user in it, which would be a secret.
    init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", parts.user == nil, parts.password == nil, var host = parts.host,
            !host.isEmpty
        else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        isSecure = scheme == "https"
        self.host = host.lowercased()
        port = parts.port ?? (isSecure ? 443 : 80)
        guard (1...65_535).contains(port) else { return nil }
        var path = parts.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    private init(_ other: ServiceURL, path: String) {
        (isSecure, host, port, self.path) = (other.isSecure, other.host, other.port, path)
    }

    /// The scheme, host and port, which make an origin (RFC 6454).
    var origin: String { "\(isSecure ? "https" : "http")://\(authority)" }

    /// The host, and the port where it is not the scheme's own.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    var text: String { origin + path }

    /// The URL with more at its end, `/v3/projects`.
    func appending(_ more: String) -> ServiceURL { ServiceURL(self, path: path + more) }

    /// Whether the other one is on the same host and port, and no less secure.
    func isSameOrigin(as other: ServiceURL) -> Bool {
        isSecure == other.isSecure && host == other.host && port == other.port
    }

    /// The last part of the path where it is a version, `v3` or `v2.1`.
    var version: String? {
        guard let last = path.split(separator: "/").last, last.first == "v", last.dropFirst().first?.isNumber == true,
            last.dropFirst().allSatisfy({ $0.isNumber || $0 == "." })
        else { return nil }
        return String(last)
    }

    /// The URL without a version at its end.
    var unversioned: ServiceURL {
        guard let version else { return self }
        return ServiceURL(self, path: String(path.dropLast(version.count + 1)))
    }
}

extension String {
    /// The text as one part of a path or a query: everything but unreserved characters is percent-encoded (RFC 3986, 2.3).
    var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || [45, 46, 95, 126].contains(byte)
            if isPlain {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text
    }
}
