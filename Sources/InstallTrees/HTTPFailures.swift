import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SystemPackage

/// Turns what goes wrong between us and one server into a `TreeError` that says what to do.
struct HTTPFailures: Sendable {
    let url: TreeURL
    let proxy: ProxyEnvironment.Proxy?
    let options: TreeFetcher.Options

    /// The host that a connection is made to.
    private var peer: String { proxy?.host ?? url.host }
    private var port: Int { proxy?.port ?? url.port }
    private var place: String { url.text }
    private var viaProxy: String { proxy.map { " (through the proxy \($0.name))" } ?? "" }

    /// Translates an error of AsyncHTTPClient, of NIO or of TLS.
    func error(_ error: any Error) -> TreeError {
        if Task.isCancelled { return .cancelled(place) }
        switch error {
        case let error as TreeError: return error
        case let error as NIOConnectionError: return connection(error)
        case let error as HTTPClientError: return client(error)
        case let error as IOError: return system(error)
        case is CancellationError: return .cancelled(place)
        case ChannelError.connectTimeout: return connectTimeout()
        case is HTTPParserError: return lost("\(error)")
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return untrusted("it is for another name")
        case NIOSSLError.uncleanShutdown: return lost("the server closed it without a word")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: return tls(Self.words("\(error)"))
        default: return lost("\(error)")
        }
    }

    /// Whether an error of TLS is about a certificate that nobody vouches for.
    static func isDistrust(_ error: any Error) -> Bool { "\(error)".contains("CERTIFICATE_VERIFY_FAILED") }

    /// BoringSSL's words without its numbers and the path of its source on the machine where it was built:
    /// `Error: 268435703 error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER at /x/tls_record.cc:127`.
    private static func words(_ text: String) -> String {
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
            return "what answers there does not speak TLS"
        }
        if text.contains("EOF during handshake") { return "the connection was closed during the handshake" }
        let marker = "OPENSSL_internal:"
        guard let start = text.range(ofFirst: marker)?.upperBound else { return "the handshake failed" }
        let word = text[start...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return "the handshake failed: \(word.lowercased().replacing("_", with: " "))"
    }

    /// The error for a certificate that is not trusted.
    func untrusted(_ reason: String?) -> TreeError {
        TreeError(
            .tls,
            at: place,
            "the certificate of \(url.host) is not trusted: \(place)\(viaProxy)",
            cause: reason,
            hint:
                "if you trust the authority that signed it, put its certificate into /usr/local/share/ca-certificates/"
                + " (NAME.crt) and run update-ca-certificates, or name a PEM file in \(Authorities.variable)"
        )
    }

    /// The error for an answer that was compressed on the way.
    func compressed(_ encoding: String) -> TreeError {
        TreeError(
            .compressed,
            at: place,
            "the mirror compresses what it sends, though it was asked not to: \(place)\(viaProxy)",
            cause: "Content-Encoding: \(encoding.shortened)",
            hint: "the checksums are of the files as they are; give another mirror with --location"
        )
    }

    /// The error for a part of a file where the whole, or another part, was asked for.
    func wrongPart(_ what: String) -> TreeError {
        TreeError(
            .wrongPart,
            at: place,
            status: 206,
            "the server answers with another part of the file than was asked for: \(place)\(viaProxy)",
            cause: "HTTP 206 Partial Content, \(what)",
            hint: "the mirror, or a cache before it, is broken: give another one with --location"
        )
    }

    /// The error for a web page where a file should be.
    func webPage() -> TreeError {
        TreeError(
            .webPage,
            at: place,
            "\(place) is a web page, not a file of an install tree",
            hint: "a log-in page of the network came instead of the file; open the address in a browser"
        )
    }

    /// The error for a status that is no success; 404 is for the caller, who knows what is missing.
    func status(_ status: Int, _ reason: String, retryAfter: Duration? = nil) -> TreeError {
        let hint =
            switch status {
            case 401, 403: "the server wants a log-in or forbids the file; check the location"
            case 407: "the proxy wants a log-in: write it into http_proxy as http://user:password@host:port"
            case 429, 500...599: "try again later, or give another mirror with --location"
            default: "check the location"
            }
        return TreeError(
            .httpStatus,
            at: place,
            status: status,
            "cannot fetch \(place)\(viaProxy)",
            cause: "HTTP \(status) \(reason)".trimmed,
            hint: hint,
            retryAfter: retryAfter
        )
    }

    func truncated(received: Int64, of total: Int64?) -> TreeError {
        let expected = total.map { " of \($0)" } ?? ""
        return TreeError(
            .truncated,
            at: place,
            "\(place) ended after \(received)\(expected) bytes",
            cause: "the connection was closed before the end of the file",
            hint: "try again; if it stays so, the mirror is broken: give another one with --location"
        )
    }

    func changed(_ what: String) -> TreeError {
        TreeError(
            .changed,
            at: place,
            "\(place) changed while it was fetched",
            cause: what,
            hint: "the mirror is being updated: try again later, or give another one with --location"
        )
    }

    func tooSlow(received: Int, in window: Duration) -> TreeError {
        TreeError(
            .tooSlow,
            at: place,
            "\(url.host) sent \(received) bytes in \(Self.seconds(window)), fewer than \(options.minimumRate) a second: "
                + "\(place)\(viaProxy)",
            hint: "the server or the line is too slow; try again, or give another mirror with --location"
        )
    }

    private func connection(_ error: NIOConnectionError) -> TreeError {
        guard let first = error.connectionErrors.first?.error else { return nameNotFound() }
        if case ChannelError.connectTimeout = first { return connectTimeout() }
        if let error = first as? IOError { return system(error) }
        return lost("\(first)")
    }

    private func client(_ error: HTTPClientError) -> TreeError {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout: connectTimeout()
        case .deadlineExceeded:
            TreeError(
                .readTimeout,
                at: place,
                "\(url.host) did not finish an answer's head within \(Self.seconds(options.connectTimeout + options.readTimeout)): "
                    + "\(place)\(viaProxy)",
                hint: "the server hangs; try again, or give another mirror with --location"
            )
        case .readTimeout:
            TreeError(
                .readTimeout,
                at: place,
                "\(url.host) sent nothing for \(Self.seconds(options.readTimeout)): \(place)\(viaProxy)",
                hint: "the server hangs or the line is down; try again, or give another mirror with --location"
            )
        case .proxyAuthenticationRequired: status(407, "Proxy Authentication Required")
        case .cancelled: .cancelled(place)
        default: lost(error.shortDescription)
        }
    }

    private func system(_ error: IOError) -> TreeError {
        switch error.errnoCode {
        case ECONNREFUSED:
            TreeError(
                .refused,
                at: place,
                "\(peer) refuses connections on port \(port): \(place)\(viaProxy)",
                cause: Errno.connectionRefused.description,
                hint: "no server listens there; check the location and the port"
            )
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EADDRNOTAVAIL:
            TreeError(
                .unreachable,
                at: place,
                "there is no route to \(peer): \(place)\(viaProxy)",
                cause: Errno(rawValue: error.errnoCode).description,
                hint: Self.offline
            )
        case ETIMEDOUT: connectTimeout()
        default: lost(Errno(rawValue: error.errnoCode).description)
        }
    }

    func nameNotFound() -> TreeError {
        let hint: String
        if proxy != nil {
            hint = "check http_proxy, https_proxy and no_proxy"
        } else if let vault = Self.movedTo(url) {
            hint = "\(url.host) was closed in 2024, its trees moved to vault.centos.org: use \(vault); \(Self.offline)"
        } else {
            hint = "check the spelling; \(Self.offline)"
        }
        return TreeError(
            .nameNotFound,
            at: place,
            "the host \(peer) has no name in DNS: \(place)\(viaProxy)",
            hint: hint
        )
    }

    private func connectTimeout() -> TreeError {
        TreeError(
            .connectTimeout,
            at: place,
            "no connection to \(peer) on port \(port) within \(Self.seconds(options.connectTimeout)): \(place)\(viaProxy)",
            hint: "the name did not resolve in time, or the host is down, or a firewall drops what is sent; "
                + Self.offline
        )
    }

    private func tls(_ cause: String) -> TreeError {
        TreeError(
            .tls,
            at: place,
            "no secure connection to \(peer): \(place)\(viaProxy)",
            cause: cause,
            hint: "check the port; where it speaks plain HTTP use http://"
        )
    }

    private func lost(_ cause: String) -> TreeError {
        TreeError(
            .connectionLost,
            at: place,
            "the connection to \(peer) broke: \(place)\(viaProxy)",
            cause: cause,
            hint: "try again; if it stays so, give another mirror with --location"
        )
    }

    /// Where a closed CentOS mirror's tree is now: the same path under vault.centos.org, "7" being its last release.
    static func movedTo(_ url: TreeURL) -> String? {
        let closed = ["mirror.centos.org", "mirrorlist.centos.org", "isoredirect.centos.org"]
        guard closed.contains(url.host) else { return nil }
        let path = url.target.replacing("/centos/7/", with: "/7.9.2009/").replacing("/centos/", with: "/")
        // What was asked for is a file of the tree; its directory is the base.
        let base = path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex)
        return "https://vault.centos.org\(base)"
    }

    private static let offline =
        "this machine may have no internet: use a local tree with --location DIR, or a mirror that it can reach"

    static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return attoseconds == 0 ? "\(seconds) s" : "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000) ms"
    }
}
