#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The proxies that the environment names, by curl's rules.
///
/// `http_proxy` counts in lower case only, since a CGI program's `HTTP_PROXY` is set by its client (CVE-2016-5385); the
/// others in both cases. A loopback host is never reached through a proxy. Source: curl(1), section Environment.
struct ProxyEnvironment: Sendable, Hashable {
    /// One proxy, always spoken to in plain HTTP.
    struct Proxy: Sendable, Hashable {
        let host: String
        let port: Int
        /// The value of a Proxy-Authorization header.
        let authorization: String?
        /// For messages.
        var name: String { "\(host):\(port)" }
    }

    /// A value that names no proxy we can speak to is an error for those alone who need it.
    let http: Result<Proxy?, TreeError>
    let https: Result<Proxy?, TreeError>
    private let exceptions: [String]

    init(_ environment: [String: String]) {
        func value(_ names: String...) -> (name: String, value: String)? {
            for name in names {
                if let value = environment[name]?.trimmed, !value.isEmpty { return (name, value) }
            }
            return nil
        }
        http = Self.result(value("http_proxy", "all_proxy", "ALL_PROXY"))
        https = Self.result(value("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"))
        exceptions = (value("no_proxy", "NO_PROXY")?.value ?? "").lowercased()
            .split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    /// The proxy for a URL, nil where the host is to be reached directly.
    ///
    /// - Throws: `unsupportedSource` for a proxy that is needed and speaks something else than HTTP.
    func proxy(for url: TreeURL) throws(TreeError) -> Proxy? {
        if LoopbackHost.matches(url.host) || exceptions.contains(where: { Self.matches($0, url) }) { return nil }
        return try (url.isSecure ? https : http).get()
    }

    private static func result(_ setting: (name: String, value: String)?) -> Result<Proxy?, TreeError> {
        do throws(TreeError) {
            return .success(try setting.map(proxy))
        } catch {
            return .failure(error)
        }
    }

    private static func matches(_ exception: String, _ url: TreeURL) -> Bool {
        if exception == "*" { return true }
        // curl has taken address ranges since 7.86.
        if let network = AddressRange(exception) { return network.contains(url.host) }
        var name = exception[...]
        // Several colons make an IPv6 address, one makes host:port.
        if name.filter({ $0 == ":" }).count == 1, let colon = name.firstIndex(of: ":") {
            guard Int(name[name.index(after: colon)...]) == url.port else { return false }
            name = name[..<colon]
        }
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        if name.hasPrefix("*.") { name = name.dropFirst() }
        if name.hasPrefix(".") { name = name.dropFirst() }
        return url.host == name || url.host.hasSuffix(".\(name)")
    }

    private static func proxy(_ setting: (name: String, value: String)) throws(TreeError) -> Proxy {
        let text = setting.value.contains("://") ? setting.value : "http://\(setting.value)"
        guard let url = try? TreeURL(text), !url.isSecure else {
            throw TreeError(
                .unsupportedSource,
                at: setting.name,
                "the environment variable \(setting.name) is not the URL of an http proxy",
                hint: "write it as http://host:port, or unset it"
            )
        }
        // Without a port in the text curl takes 1080; nearly everyone else means the scheme's, and so do we.
        return Proxy(host: url.host, port: url.port, authorization: url.authorization)
    }
}
