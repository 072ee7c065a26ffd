import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SystemPackage

/// The HTTP clients of one fetch: a direct one, and one for each proxy that the environment names.
///
/// Redirects are followed here and not by AsyncHTTPClient: it would follow one from https to http.
final class HTTPSession: Sendable {
    /// An answer whose body has not been read.
    struct Reply {
        let status: Int
        let headers: HTTPHeaders
        let body: HTTPClientResponse.Body
        /// Where the answer came from, after redirects.
        let url: TreeURL
        let failures: HTTPFailures

        /// The announced length of the body in bytes.
        var length: Int64? {
            guard !headers.contains(name: "transfer-encoding") else { return nil }
            return headers.first(name: "content-length").flatMap { Int64($0) }
        }
        /// The part that a 206 is about: its first byte, and the whole file's size where the server gives it.
        var range: (first: Int64, size: Int64?)? {
            guard let header = headers.first(name: "content-range"), header.hasPrefix("bytes ") else { return nil }
            let parts = header.dropFirst("bytes ".count).split(separator: "/", maxSplits: 1)
            guard parts.count == 2, let first = parts[0].split(separator: "-").first.flatMap({ Int64($0) }) else {
                return nil
            }
            return (first, Int64(parts[1]))
        }
        /// Whether the server says that it is a web page.
        var isHTML: Bool {
            let type = headers.first(name: "content-type")?.lowercased() ?? ""
            return type.hasPrefix("text/html") || type.hasPrefix("application/xhtml+xml")
        }
        /// What the body was compressed by, though it was asked for as it is; nil where it was not.
        var encoding: String? {
            let names = headers[canonicalForm: "content-encoding"].map { $0.lowercased() }
            return names.first { $0 != "identity" && !$0.isEmpty }
        }
    }

    private let options: TreeFetcher.Options
    private let proxies: ProxyEnvironment
    private let authorities: Authorities
    private let direct: HTTPClient
    private let tunnel: HTTPClient?
    private let forward: HTTPClient?

    init(_ options: TreeFetcher.Options) {
        self.options = options
        proxies = ProxyEnvironment(options.environment)
        authorities = Authorities(options.environment)
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .init(options.connectTimeout), read: .init(options.readTimeout)),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        configuration.tlsConfiguration = authorities.configuration
        // Attempts are counted here; a pool that tries again by itself would hide the first error until the deadline.
        configuration.connectionPool.retryConnectionEstablishment = false
        let group = MultiThreadedEventLoopGroup.singleton
        direct = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
        if let proxy = try? proxies.https.get() {
            var configuration = configuration
            configuration.proxy = .server(
                host: proxy.host,
                port: proxy.port,
                authorization: proxy.authorization.map { .basic(credentials: String($0.dropFirst("Basic ".count))) }
            )
            tunnel = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
        } else {
            tunnel = nil
        }
        if (try? proxies.http.get()) != nil {
            configuration.http1_1ConnectionDebugInitializer = AbsoluteFormHandler.install
            forward = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
        } else {
            forward = nil
        }
    }

    /// Closes all connections; must be called once.
    func shutdown() async {
        for client in [direct, tunnel, forward].compactMap(\.self) { try? await client.shutdown() }
    }

    /// One GET, redirects followed; any status but a redirect is returned.
    func get(_ url: TreeURL, headers extra: HTTPHeaders = [:]) async throws(TreeError) -> Reply {
        var url = url
        var visited: Set<TreeURL> = [url]
        for _ in 0...options.maximumRedirects {
            let reply = try await send(url, extra)
            guard [301, 302, 303, 307, 308].contains(reply.status), let location = reply.headers.first(name: "location")
            else { return reply }
            url = try Self.next(url, location)
            guard visited.insert(url).inserted else {
                throw TreeError(
                    .redirectCircle,
                    at: url.text,
                    "the redirects of \(visited.count) addresses go round in a circle, back to \(url.text)",
                    hint: "the mirror is broken: give another one with --location"
                )
            }
        }
        throw TreeError(
            .tooManyRedirects,
            at: url.text,
            "more than \(options.maximumRedirects) redirects, the last to \(url.text)",
            hint: "give the address that a browser ends at"
        )
    }

    /// Where a redirect leads, if it may be followed.
    static func next(_ url: TreeURL, _ location: String) throws(TreeError) -> TreeURL {
        guard let next = url.redirected(to: location) else {
            throw TreeError(
                .insecureRedirect,
                at: url.text,
                "\(url.text) redirects to something that is neither http nor https: '\(URLText.redacted(location).shortened)'"
            )
        }
        guard next.isSecure || !url.isSecure else {
            throw TreeError(
                .insecureRedirect,
                at: url.text,
                "\(url.text) redirects from https to http: \(next.text)",
                hint: "give the http location itself if the transfer need not be secret and the tree has checksums"
            )
        }
        return next
    }

    private func send(_ url: TreeURL, _ extra: HTTPHeaders) async throws(TreeError) -> Reply {
        let proxy = try proxies.proxy(for: url)
        if url.isSecure { try authorities.check() }
        let failures = HTTPFailures(url: url, proxy: proxy, options: options)
        var request = HTTPClientRequest(url: url.text)
        request.headers = extra
        request.headers.replaceOrAdd(name: "user-agent", value: "imagebake")
        request.headers.replaceOrAdd(name: "accept", value: "*/*")
        // Checksums are of the files themselves.
        request.headers.replaceOrAdd(name: "accept-encoding", value: "identity")
        if let authorization = url.authorization {
            request.headers.replaceOrAdd(name: "authorization", value: authorization)
        }
        let client: HTTPClient
        if let proxy, let forward, !url.isSecure {
            client = forward
            let host = proxy.host.contains(":") ? "[\(proxy.host)]" : proxy.host
            request.url = "http://\(host):\(proxy.port)\(url.target)"
            request.headers.replaceOrAdd(name: "host", value: url.authority)
            if let authorization = proxy.authorization {
                request.headers.replaceOrAdd(name: "proxy-authorization", value: authorization)
            }
        } else if proxy != nil, let tunnel {
            client = tunnel
        } else {
            client = direct
        }
        do {
            // The deadline is that of the answer's head, which a server could send a byte at a time; an initrd on a slow
            // line takes its time, for which Download has a minimum rate.
            let patience = TimeAmount(options.connectTimeout + options.readTimeout)
            let response = try await client.execute(request, deadline: .now() + patience)
            return Reply(
                status: Int(response.status.code),
                headers: response.headers,
                body: response.body,
                url: url,
                failures: failures
            )
        } catch {
            let failure = failures.error(error)
            guard failure.code == .tls, HTTPFailures.isDistrust(error) else { throw failure }
            // Which of its faults it was the library does not say, so the certificate is asked for once more.
            let reason =
                proxy == nil ? await CertificateProbe(url: url, authorities).reason(options.connectTimeout) : nil
            throw failures.untrusted(reason)
        }
    }
}
