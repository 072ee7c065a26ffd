import Foundation
import NIOSSL
import SystemPackage
import TestSupport
import Testing

@testable import Publish

/// Certificates of clouds and of clients, against a fake cloud that speaks TLS.
@Suite(.serialized)
struct TrustTests {
    /// Runs something with a fake cloud that has a certificate of a new authority.
    private func withTLS(
        wantsClient: Bool,
        _ body: (FakeCloud, (String) -> FilePath) async throws -> Void
    ) async throws {
        let scratch = try Scratch()
        try await Certificates.make(in: scratch.path)
        func path(_ name: String) -> FilePath { scratch.appending(name) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(path("servercert.pem").string).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: path("serverkey.pem").string, format: .pem))
        )
        if wantsClient {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .file(path("cacert.pem").string)
        }
        let fake = try await FakeCloud(tls: try NIOSSLContext(configuration: configuration)) { _, _ in
            FakeRoutes.image("active")
        }
        do {
            try await body(fake, path)
        } catch {
            await fake.stop()
            throw error
        }
        await fake.stop()
    }

    private func show(_ fake: FakeCloud, _ trust: CloudTrust, _ environment: [String: String] = [:]) async throws
        -> OpenStackError?
    {
        var cloud = Cloud(name: "c", .adminToken(endpoint: "https://127.0.0.1:\(fake.port)/v2", Secret("t")))
        cloud.trust = trust
        return try await FakeRoutes.failure {
            _ = try await FakeRoutes.with(cloud, environment: environment) { try await $0.show("x") }
        }
    }

    @Test func `a certificate is trusted where its authority is, or where nothing is checked`() async throws {
        try await withTLS(wantsClient: false) { fake, path in
            let error = try await show(fake, CloudTrust())
            #expect(error?.code == .tls)
            #expect(error?.cause == "nobody vouches for the certificate")
            var trust = CloudTrust()
            trust.authorities = path("cacert.pem")
            #expect(try await show(fake, trust) == nil)
            for name in ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"] {
                #expect(try await show(fake, CloudTrust(), [name: path("cacert.pem").string]) == nil, "\(name)")
            }
            var blind = CloudTrust()
            blind.isVerifying = false
            #expect(try await show(fake, blind) == nil)
        }
    }

    @Test func `a client shows its certificate where it has one`() async throws {
        try await withTLS(wantsClient: true) { fake, path in
            var trust = CloudTrust()
            trust.authorities = path("cacert.pem")
            #expect(try await show(fake, trust) != nil)
            trust.certificate = path("clientcert.pem")
            trust.key = path("clientkey.pem")
            #expect(try await show(fake, trust) == nil)
            // Both in one file.
            let both = try contents(path("clientcert.pem")) + contents(path("clientkey.pem"))
            try both.write(to: URL(fileURLWithPath: path("both.pem").string))
            trust.certificate = path("both.pem")
            trust.key = nil
            #expect(try await show(fake, trust) == nil)
        }
    }

    @Test func `a file that holds no certificate is named`() async throws {
        let scratch = try Scratch()
        let empty = try scratch.write("empty.pem", Data("nothing".utf8))
        func message(_ change: (inout CloudTrust) -> Void, _ environment: [String: String] = [:]) -> String {
            var trust = CloudTrust()
            change(&trust)
            do {
                _ = try trust.configuration(environment)
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(message { $0.authorities = empty } == "'cacert' names \(empty), which holds no certificates")
        #expect(message { $0.authorities = "/none.pem" } == "'cacert' names /none.pem, which holds no certificates")
        #expect(
            message({ _ in }, ["SSL_CERT_FILE": empty.string])
                == "the variable SSL_CERT_FILE names \(empty), which holds no certificates"
        )
        #expect(message { $0.certificate = empty } == "'cert' names \(empty), which holds no certificate in PEM form")
        #expect(message { $0.authorities = scratch.path } == "")
    }
}
