import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SystemPackage

/// Turns what goes wrong between us and one server into an error that says what to do.
struct HTTPFailure {
    let request: HTTPRequest
    let proxy: ProxySettings.Proxy?
    let timeouts: CloudTimeouts

    private var place: String { request.place }
    private var peer: String { proxy?.host ?? request.base.host }
    private var port: Int { proxy?.port ?? request.base.port }
    private var viaProxy: String { proxy.map { " (through the proxy \($0.name))" } ?? "" }

    /// Translates an error of AsyncHTTPClient, of NIO or of TLS; a cancellation stays one.
    func translated(_ error: any Error) -> any Error {
        if Task.isCancelled || error is CancellationError { return CancellationError() }
        switch error {
        case let error as OpenStackError: return error
        case let error as ReceiverError: return error
        case let error as NIOConnectionError: return connection(error)
        case let error as HTTPClientError: return client(error)
        case let error as IOError: return system(error)
        case ChannelError.connectTimeout: return connectTimeout()
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return tls("the certificate is for another name")
        case NIOSSLError.uncleanShutdown: return lost("the server closed it without a word")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: return tls(Self.words("\(error)"))
        case is HTTPParserError: return lost("the answer is no HTTP, or ended too early")
        default: return lost("\(type(of: error)): \(error)".serverWords)
        }
    }

    /// The error for a transfer in which nothing moved for too long.
    func stalled(_ limit: Duration, _ what: String) -> OpenStackError {
        OpenStackError(
            .stalled,
            "\(what) for \(limit.words): \(place)\(viaProxy)",
            hint: "the server, or what is before it, hangs; try again"
        )
    }

    /// The error for an answer that did not come in time.
    func noAnswer(_ limit: Duration) -> OpenStackError {
        OpenStackError(
            .timeout,
            "\(peer) did not answer within \(limit.words): \(place)\(viaProxy)",
            hint: "the server, or what is before it, hangs; try again, or set 'api_timeout' of the cloud higher"
        )
    }

    private func connection(_ error: NIOConnectionError) -> OpenStackError {
        guard let first = error.connectionErrors.first?.error else {
            return OpenStackError(
                .unreachable,
                "the host \(peer) has no name in DNS: \(place)\(viaProxy)",
                nil,
                "check the URL in clouds.yaml, or in the cloud's catalogue",
                isUnsent: false
            )
        }
        if case ChannelError.connectTimeout = first { return connectTimeout() }
        if let error = first as? IOError { return system(error) }
        return lost("\(first)".serverWords)
    }

    private func client(_ error: HTTPClientError) -> OpenStackError {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .getConnectionFromPoolTimeout:
            return connectTimeout()
        case .deadlineExceeded, .readTimeout: return noAnswer(timeouts.answer)
        case .proxyAuthenticationRequired:
            return OpenStackError(
                .unreachable,
                "the proxy \(peer) wants a log-in: \(place)",
                hint: "write it into https_proxy as http://user:password@host:port"
            )
        case .bodyLengthMismatch:
            return OpenStackError(.changed, "the file changed while it was sent: \(place)")
        default: return lost(error.shortDescription.serverWords)
        }
    }

    private func system(_ error: IOError) -> OpenStackError {
        let words = Errno(rawValue: error.errnoCode).description
        switch error.errnoCode {
        case ECONNREFUSED:
            return OpenStackError(
                .unreachable,
                "\(peer) refuses connections on port \(port): \(place)\(viaProxy)",
                words,
                "no server listens there; check the URL and the port",
                isUnsent: true
            )
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EADDRNOTAVAIL:
            return OpenStackError(
                .unreachable,
                "there is no route to \(peer): \(place)\(viaProxy)",
                words,
                "check the network, and whether the cloud wants a VPN or a proxy",
                isUnsent: true
            )
        case ETIMEDOUT: return connectTimeout()
        default: return lost(words)
        }
    }

    private func connectTimeout() -> OpenStackError {
        OpenStackError(
            .timeout,
            "no connection to \(peer) on port \(port) within \(timeouts.connect.words): \(place)\(viaProxy)",
            nil,
            "the host is down, or a firewall drops what is sent",
            isUnsent: true
        )
    }

    private func tls(_ cause: String) -> OpenStackError {
        OpenStackError(
            .tls,
            "no secure connection to \(peer): \(place)\(viaProxy)",
            cause: cause,
            hint:
                "name the authority's certificate as 'cacert' in clouds.yaml; where the port speaks plain HTTP use http://"
        )
    }

    private func lost(_ cause: String) -> OpenStackError {
        OpenStackError(
            .connectionLost,
            "the connection to \(peer) broke: \(place)\(viaProxy)",
            cause: cause,
            hint: "try again"
        )
    }

    /// BoringSSL's words without its numbers and the path of its source on the machine where it was built.
    private static func words(_ text: String) -> String {
        if text.contains("CERTIFICATE_VERIFY_FAILED") { return "nobody vouches for the certificate" }
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
            return "what answers there does not speak TLS"
        }
        if text.contains("EOF during handshake") { return "the connection was closed during the handshake" }
        let marker = "OPENSSL_internal:"
        guard let start = text.firstRange(of: marker)?.upperBound else { return "the handshake failed" }
        let word = text[start...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return "the handshake failed: \(word.lowercased().replacing("_", with: " "))"
    }
}

extension Duration {
    /// For messages: `30 s`, `250 ms`.
    var words: String {
        let (seconds, attoseconds) = components
        return attoseconds == 0 ? "\(seconds) s" : "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000) ms"
    }
}
