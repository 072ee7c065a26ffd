import Foundation
import Glibc

/// The proxies that the environment names, as Python's requests and with it the openstack client read them.
///
/// Both cases count, the lower one first; `HTTP_PROXY` does not where this is a CGI program, whose client sets it
/// (CVE-2016-5385). A loopback host is never reached through a proxy.
struct ProxySettings: Sendable {
    /// One proxy, always spoken to in plain HTTP.
    struct Proxy: Sendable, Hashable {
        let host: String
        let port: Int
        /// The value of a Proxy-Authorization header.
        let authorization: Secret?
        /// For messages.
        var name: String { "\(host):\(port)" }
    }

    private let plain: (name: String, value: String)?
    private let secure: (name: String, value: String)?
    private let exceptions: [String]

    init(_ environment: [String: String]) {
        func value(_ names: String...) -> (name: String, value: String)? {
            for name in names {
                if name == "HTTP_PROXY", environment["REQUEST_METHOD"] != nil { continue }
                if let value = environment[name]?.trimmingCharacters(in: .whitespacesAndNewlines), !value.isEmpty {
                    return (name, value)
                }
            }
            return nil
        }
        plain = value("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
        secure = value("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
        exceptions = (value("no_proxy", "NO_PROXY")?.value ?? "").lowercased()
            .split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    /// The proxy for a URL, nil where the host is to be reached directly.
    ///
    /// - Throws: `unsupported` for a proxy that is needed and speaks something else than HTTP.
    func proxy(for url: ServiceURL) throws -> Proxy? {
        if Self.isLoopback(url.host) || exceptions.contains(where: { Self.matches($0, url) }) { return nil }
        return try proxy(isSecure: url.isSecure)
    }

    /// The proxy for a scheme, exceptions aside.
    func proxy(isSecure: Bool) throws -> Proxy? {
        guard let setting = isSecure ? secure : plain else { return nil }
        let text = setting.value.contains("://") ? setting.value : "http://\(setting.value)"
        guard let parts = URLComponents(string: text), parts.scheme?.lowercased() == "http", let host = parts.host,
            !host.isEmpty
        else {
            throw OpenStackError(
                .unsupported,
                "the environment variable \(setting.name) is not the URL of an http proxy",
                hint: "write it as http://host:port, or unset it"
            )
        }
        var authorization: Secret?
        if let user = parts.user {
            let pair = Data("\(user):\(parts.password ?? "")".utf8)
            authorization = Secret("Basic \(pair.base64EncodedString())")
        }
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        return Proxy(host: name, port: parts.port ?? 80, authorization: authorization)
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
            || (host.hasPrefix("127.") && address(host)?.count == 4)
    }

    private static func matches(_ exception: String, _ url: ServiceURL) -> Bool {
        if exception == "*" { return true }
        if isInRange(url.host, exception) { return true }
        var name = exception[...]
        // Several colons make an IPv6 address, one makes host:port.
        if name.filter({ $0 == ":" }).count == 1, let colon = name.firstIndex(of: ":") {
            guard Int(name[name.index(after: colon)...]) == url.port else { return false }
            name = name[..<colon]
        }
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        if name.hasPrefix("*.") { name = name.dropFirst() }
        if name.hasPrefix(".") { name = name.dropFirst() }
        return !name.isEmpty && (url.host == name || url.host.hasSuffix(".\(name)"))
    }

    /// Whether a host is an address in a range like `10.0.0.0/8`; requests takes those of IPv4, and so does curl.
    private static func isInRange(_ host: String, _ range: String) -> Bool {
        let parts = range.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let bits = Int(parts[1]), let network = address(String(parts[0])),
            let other = address(host), network.count == other.count, (0...(network.count * 8)).contains(bits)
        else { return false }
        return (0..<bits).allSatisfy { bit in
            let mask = UInt8(0x80) >> (bit % 8)
            return network[bit / 8] & mask == other[bit / 8] & mask
        }
    }

    private static func address(_ text: String) -> [UInt8]? {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 { return withUnsafeBytes(of: v4) { Array($0) } }
        var v6 = in6_addr()
        if inet_pton(AF_INET6, text, &v6) == 1 { return withUnsafeBytes(of: v6) { Array($0) } }
        return nil
    }
}
