import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// Looks at the certificate of a server that was not trusted, to say what is wrong with it.
///
/// Nothing is asked of the server and nothing of it is believed.
struct CertificateProbe: Sendable {
    private let url: TreeURL
    private let authorities: Authorities

    init(url: TreeURL, _ authorities: Authorities) {
        (self.url, self.authorities) = (url, authorities)
    }

    /// What is wrong with the certificate, nil where that cannot be told.
    func reason(_ patience: Duration) async -> String? {
        guard let bytes = await certificate(patience),
            let certificate = try? NIOSSLCertificate(bytes: bytes, format: .der)
        else { return nil }
        return Self.reason(certificate, bytes)
    }

    /// What can be told from a certificate alone.
    static func reason(_ certificate: NIOSSLCertificate, _ bytes: [UInt8], now: time_t = time(nil)) -> String {
        if certificate.notValidAfter < now { return "it has expired" }
        if certificate.notValidBefore > now { return "it is not valid yet; is the clock of this machine right?" }
        if DistinguishedNames(der: bytes)?.isSelfSigned == true { return "it is self-signed" }
        return "it was signed by an authority that this machine does not know"
    }

    private func certificate(_ patience: Duration) async -> [UInt8]? {
        guard let context = try? NIOSSLContext(configuration: authorities.configuration) else { return nil }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let found = loop.makePromise(of: [UInt8]?.self)
        let host = url.host
        // An address is no server name (RFC 6066, 3).
        let isName = !host.contains(":") && host.contains { $0.isLetter }
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(.init(patience)).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let handler = try NIOSSLClientHandler(context: context, serverHostname: isName ? host : nil) {
                    (chain: [NIOSSLCertificate], decision: EventLoopPromise<NIOSSLVerificationResult>) in
                    found.succeed(try? chain.first?.toDERBytes())
                    // Only the certificate was wanted.
                    decision.succeed(.failed)
                }
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        }
        loop.scheduleTask(in: .init(patience)) { found.succeed(nil) }
        let channel = try? await bootstrap.connect(host: host, port: url.port).get()
        if channel == nil { found.succeed(nil) }
        let bytes = try? await found.futureResult.get()
        try? await channel?.close()
        return bytes ?? nil
    }
}
