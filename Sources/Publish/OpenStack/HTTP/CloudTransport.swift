import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The HTTP clients of one cloud: a direct one, and one for each proxy that the environment names.
///
/// Redirects are followed here and not by AsyncHTTPClient, which would take the token along to another host.
final class CloudTransport: Sendable {
    /// An answer whose body has not been read.
    struct Streaming: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: HTTPClientResponse.Body
        let failure: HTTPFailure

        /// The announced length of the body in bytes.
        var length: Int64? {
            guard !headers.contains(name: "transfer-encoding") else { return nil }
            return headers.first(name: "content-length").flatMap { Int64($0) }
        }

        /// Reads the whole body.
        func collect(limit: Int) async throws -> HTTPReply {
            var bytes: [UInt8] = []
            do {
                for try await part in body {
                    guard bytes.count + part.readableBytes <= limit else {
                        throw OpenStackError(
                            .malformed,
                            "the answer is larger than \(limit >> 20) MiB: \(failure.request.place)"
                        )
                    }
                    bytes.append(contentsOf: part.readableBytesView)
                }
            } catch {
                throw failure.translated(error)
            }
            return HTTPReply(status: status, headers: headers, body: bytes)
        }
    }

    /// More than any answer but an image's data has: a thousand images with 128 properties each.
    static let answerLimit = 64 << 20
    private static let redirectLimit = 5

    let timeouts: CloudTimeouts
    private let proxies: ProxySettings
    private let direct: HTTPClient
    private let tunnel: HTTPClient?
    private let forward: HTTPClient?

    init(_ trust: CloudTrust, timeouts: CloudTimeouts, environment: [String: String]) throws {
        self.timeouts = timeouts
        proxies = ProxySettings(environment)
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            // An upload's answer may take an hour: the limits are kept by watchdogs.
            timeout: .init(connect: .init(timeouts.connect)),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        configuration.tlsConfiguration = try trust.configuration(environment)
        // Attempts are counted here; a pool that tries again by itself would hide the first error until the deadline.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Servers close an idle connection after 2 s (gunicorn), 5 s (Apache) or more, and one that does while a request is on its way looks
        // like one that has crashed.
        configuration.connectionPool.idleTimeout = .seconds(1)
        let group = MultiThreadedEventLoopGroup.singleton
        direct = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
        // What is wrong with a proxy is an error for those requests alone that need it.
        if let proxy = try? proxies.proxy(isSecure: true) {
            var configuration = configuration
            configuration.proxy = .server(
                host: proxy.host,
                port: proxy.port,
                authorization: proxy.authorization.map {
                    .basic(credentials: String($0.value.dropFirst("Basic ".count)))
                }
            )
            tunnel = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
        } else {
            tunnel = nil
        }
        if (try? proxies.proxy(isSecure: false)) != nil {
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

    /// A request with a small answer, redirects on the same host followed; any other status is returned.
    func exchange(_ request: HTTPRequest, limit: Int = answerLimit) async throws -> HTTPReply {
        let patience = timeouts.answer
        let failure = try self.failure(request)
        return try await Watchdog(limit: patience).guarding({ failure.noAnswer($0) }) {
            try await self.start(request, .now() + .init(patience)).collect(limit: limit)
        }
    }

    /// A request whose answer's body is read by the caller, who has the watchdog too.
    ///
    /// - Parameter followsRedirects: Whether those on the same origin are; else a redirect is an answer.
    func open(_ request: HTTPRequest, followsRedirects: Bool = true) async throws -> Streaming {
        followsRedirects ? try await start(request, .distantFuture) : try await single(request, .distantFuture)
    }

    /// Sends a file; the answer is waited for a long time once all is sent.
    func send(_ request: HTTPRequest) async throws -> HTTPReply {
        guard case .file(let file, let digest, let progress) = request.body else { return try await exchange(request) }
        let failure = try self.failure(request)
        let watchdog = Watchdog(limit: timeouts.connect + timeouts.stall)
        let timeouts = timeouts
        var watched = request
        watched.body = .file(file, digest: digest) { sent in
            watchdog.touch(limit: sent == file.size ? timeouts.afterLastByte : timeouts.stall)
            progress(sent)
        }
        let request = watched
        return try await watchdog.guarding({ limit in
            limit == timeouts.afterLastByte
                ? failure.noAnswer(limit) : failure.stalled(limit, "\(failure.request.base.host) took no more bytes")
        }) {
            let reply = try await self.start(request, .distantFuture)
            // The body of an answer is small and comes at once.
            watchdog.touch(limit: timeouts.answer)
            return try await reply.collect(limit: Self.answerLimit)
        }
    }

    private func failure(_ request: HTTPRequest) throws -> HTTPFailure {
        HTTPFailure(request: request, proxy: try proxies.proxy(for: request.base), timeouts: timeouts)
    }

    private func start(_ request: HTTPRequest, _ deadline: NIODeadline) async throws -> Streaming {
        var request = request
        for _ in 0...Self.redirectLimit {
            let reply = try await single(request, deadline)
            guard [301, 302, 303, 307, 308].contains(reply.status), let location = reply.headers.first(name: "location")
            else { return reply }
            request = try redirected(request, reply.status, location)
        }
        throw OpenStackError(
            .redirected,
            "more than \(Self.redirectLimit) redirects, the last to \(request.place)",
            hint: "give the URL that they end at"
        )
    }

    /// The request that a redirect asks for, where it may be followed: on the same origin, and with the same method.
    private func redirected(_ request: HTTPRequest, _ status: Int, _ location: String) throws -> HTTPRequest {
        let isSafe = request.method == .GET || request.method == .HEAD
        var next = request
        let target: String?
        if location.hasPrefix("/"), !location.hasPrefix("//") {
            target = location
        } else if let url = ServiceURL(location), url.isSameOrigin(as: request.base) {
            let query = location.firstIndex(of: "?").map { String(location[$0...]) } ?? ""
            target = (url.path.isEmpty ? "/" : url.path) + query
        } else {
            target = nil
        }
        guard let target, isSafe || status == 307 || status == 308, let base = ServiceURL(request.base.origin) else {
            let place = location.split(separator: "?", maxSplits: 1).first.map(String.init) ?? location
            throw OpenStackError(
                .redirected,
                "\(request.place) redirects to \(place.serverWords)",
                cause: "HTTP \(status)",
                hint:
                    "a redirect to another host is not followed, for it would get the token; give that URL if it is the cloud's",
                status: status
            )
        }
        next.base = base
        next.target = target
        return next
    }

    private func single(_ request: HTTPRequest, _ deadline: NIODeadline) async throws -> Streaming {
        let proxy = try proxies.proxy(for: request.base)
        let failure = try self.failure(request)
        var outgoing = HTTPClientRequest(url: request.place)
        outgoing.method = request.method
        outgoing.headers = request.headers
        outgoing.headers.replaceOrAdd(name: "user-agent", value: "imagebake")
        if !outgoing.headers.contains(name: "accept") {
            outgoing.headers.add(name: "accept", value: "application/json")
        }
        // Digests are of the bytes as they are.
        outgoing.headers.replaceOrAdd(name: "accept-encoding", value: "identity")
        switch request.body {
        case .none: break
        case .bytes(let bytes): outgoing.body = .bytes(ByteBuffer(bytes: bytes))
        case .file(let file, let digest, let progress):
            outgoing.body = .stream(file.chunks(digest, progress), length: .known(file.size))
        }
        let client: HTTPClient
        if let proxy, let forward, !request.base.isSecure {
            client = forward
            let host = proxy.host.contains(":") ? "[\(proxy.host)]" : proxy.host
            outgoing.url = "http://\(host):\(proxy.port)\(request.base.path)\(request.target)"
            outgoing.headers.replaceOrAdd(name: "host", value: request.base.authority)
            if let authorization = proxy.authorization {
                outgoing.headers.replaceOrAdd(name: "proxy-authorization", value: authorization.value)
            }
        } else if proxy != nil, let tunnel {
            client = tunnel
        } else {
            client = direct
        }
        do {
            let response = try await client.execute(outgoing, deadline: deadline)
            return Streaming(
                status: Int(response.status.code),
                headers: response.headers,
                body: response.body,
                failure: failure
            )
        } catch {
            throw failure.translated(error)
        }
    }
}
