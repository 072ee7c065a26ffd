#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An http or https URL, taken apart as far as fetching needs it; the user information is kept apart from the text.
struct TreeURL: Sendable, Hashable {
    /// `http` or `https`.
    let scheme: String
    /// Lower case, an IPv6 address without brackets.
    let host: String
    /// The port, the scheme's own where none was given.
    let port: Int
    /// The URL without user information and fragment, fit for a request and for a message.
    let text: String
    /// Path and query as a request line has them.
    let target: String
    /// The value of an Authorization header where the URL held user information.
    let authorization: String?

    var isSecure: Bool { scheme == "https" }

    /// The value of a Host header.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// Reads the base URL of a tree: no query and no fragment, since a path must be appended to it.
    init(_ text: String) throws(TreeError) {
        // Foundation would encode them; in the host they could smuggle a header into the request, and elsewhere they are
        // more likely a mistake than a name.
        guard !text.unicodeScalars.contains(where: { $0.value <= 32 || $0.isControl }) else {
            throw TreeError(
                .unsupportedSource,
                at: URLText.redacted(text),
                "the URL of the install tree holds spaces or control characters: \(URLText.redacted(text))",
                hint: "write a space as %20"
            )
        }
        guard let components = URLComponents(string: text), let url = TreeURL(components) else {
            // Nobody can say which part of an unreadable URL is a password.
            let shown = text.contains("@") ? "the location of the install tree" : "'\(text)'"
            throw TreeError(.unsupportedSource, at: shown, "\(shown) is not an http or https URL with a host")
        }
        guard components.percentEncodedQuery == nil, components.percentEncodedFragment == nil else {
            throw TreeError(
                .unsupportedSource,
                at: url.text,
                "the URL of an install tree cannot have a query or a fragment: \(url.text)",
                hint: "give the base of the tree, the directory that holds .treeinfo"
            )
        }
        self = url
    }

    private init?(_ components: URLComponents, authorization inherited: String? = nil) {
        guard let scheme = components.scheme?.lowercased(), scheme == "http" || scheme == "https",
            var host = components.percentEncodedHost?.lowercased(), !host.isEmpty
        else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        let port = components.port ?? (scheme == "https" ? 443 : 80)
        guard (1...65535).contains(port) else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = port
        if let user = components.user {
            let pair = Data("\(user):\(components.password ?? "")".utf8)
            authorization = "Basic \(pair.base64EncodedString())"
        } else {
            authorization = inherited
        }
        let path = components.percentEncodedPath.isEmpty ? "/" : components.percentEncodedPath
        target = components.percentEncodedQuery.map { "\(path)?\($0)" } ?? path
        let name = host.contains(":") ? "[\(host)]" : host
        let explicit = components.port.map { ":\($0)" } ?? ""
        text = "\(scheme)://\(name)\(explicit)\(target)"
    }

    /// The URL of a file of the tree; `path` is relative and safe.
    func appending(_ path: String) throws(TreeError) -> TreeURL {
        let base = text.hasSuffix("/") ? text : text + "/"
        guard let components = URLComponents(string: base + TreePath.percentEncoded(path)),
            let url = TreeURL(components, authorization: authorization)
        else { throw TreeError(.unsafePath, at: text, "'\(path)' cannot be a part of a URL") }
        return url
    }

    /// Where a redirect leads; nil where that is no http or https URL.
    ///
    /// The user information goes along to the same scheme, host and port only (RFC 9110, 15.4).
    func redirected(to location: String) -> TreeURL? {
        guard let base = URL(string: text), let target = URL(string: location, relativeTo: base),
            let components = URLComponents(string: target.absoluteString), let url = TreeURL(components)
        else { return nil }
        guard url.scheme == scheme, url.host == host, url.port == port, url.authorization == nil else { return url }
        return TreeURL(components, authorization: authorization)
    }
}
