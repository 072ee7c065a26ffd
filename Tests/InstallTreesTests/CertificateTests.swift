import Foundation
import NIOSSL
import Subprocess
import SystemPackage
import Testing

@testable import InstallTrees

/// Real servers over https, with certificates that openssl makes for each test.
@Suite struct CertificateTests {
    /// What a server shows, and what it must be called where the authority is not trusted, and where it is.
    enum Certificate: String, CaseIterable, Sendable { case good, selfSigned, expired, otherName }

    @Test(.timeLimit(.minutes(2)), arguments: Certificate.allCases)
    func judgesAServer(_ certificate: Certificate) async throws {
        try await withTemporaryDirectory { directory in
            let sample = SampleTree(kernel: SampleTree.noise(100, seed: 50), initrd: [1, 2])
            let server = try await start(certificate, sample, in: directory)
            let source = TreeSource.url("https://localhost:\(server.port)")
            let untrusting = TreeFetcher(options: quickOptions())
            let stranger = await #expect(throws: TreeError.self) {
                try await untrusting.fetch(source, arch: "x86_64", into: directory.appending("a"))
            }
            try expectNamed(stranger)
            let words: [Certificate: String] = [
                .good: "an authority that this machine does not know", .selfSigned: "self-signed",
                .expired: "has expired", .otherName: "authority that this machine does not know",
            ]
            #expect(stranger?.cause?.contains(words[certificate] ?? "-") == true, "\(String(describing: stranger))")

            let authority = directory.appending("ca.pem").string
            let trusting = TreeFetcher(options: quickOptions { $0.environment = ["SSL_CERT_FILE": authority] })
            if certificate == .good {
                let tree = try await trusting.fetch(source, arch: "x86_64", into: directory.appending("b"))
                #expect(try tree.kernel.bytes == sample.kernel)
            } else {
                let error = await #expect(throws: TreeError.self) {
                    try await trusting.fetch(source, arch: "x86_64", into: directory.appending("b"))
                }
                try expectNamed(error)
                let word = certificate == .otherName ? "it is for another name" : words[certificate] ?? "-"
                #expect(error?.cause?.contains(word) == true, "\(String(describing: error))")
            }
            await server.stop()
        }
    }

    @Test(arguments: ["none", "empty", "page"]) func namesAFileWithoutAuthorities(what: String) async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending(what)
            if what != "none" { try file.write(what == "page" ? Array("<html>".utf8) : []) }
            let options = quickOptions { $0.environment = ["SSL_CERT_FILE": file.string] }
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: options)
                    .fetch(.url("https://127.0.0.1:1/"), arch: "x86_64", into: directory.appending("cache"))
            }
            #expect(error?.code == .tls)
            #expect(error?.message.contains("SSL_CERT_FILE names \(file)") == true, "\(String(describing: error))")
        }
    }

    /// One line, no path of the machine that built us, no numbers of BoringSSL.
    private func expectNamed(_ error: TreeError?) throws {
        let error = try #require(error)
        #expect(error.code == .tls, "\(error)")
        #expect(error.exitStatus == 69)
        #expect(error.message.contains("the certificate of localhost is not trusted"))
        #expect(error.hint?.contains("update-ca-certificates") == true)
        #expect(error.hint?.contains("SSL_CERT_FILE") == true)
        for word in [".cc", "OPENSSL", "error:", "handshakeFailed", "Sources"] {
            #expect(!"\(error)".contains(word), "\(error)")
        }
    }

    private func start(
        _ certificate: Certificate,
        _ sample: SampleTree,
        in directory: FilePath
    ) async throws -> ScriptedServer {
        let path = { (name: String) in directory.appending(name).string }
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        try await openssl(
            ["req", "-x509", "-days", "30", "-subj", "/CN=Lab"] + key + ["-keyout", path("ca.key")]
                + ["-out", path("ca.pem")]
        )
        let name = certificate == .otherName ? "other.example" : "localhost"
        if certificate == .selfSigned {
            try await openssl(
                ["req", "-x509", "-days", "30", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)"] + key
                    + ["-keyout", path("key.pem"), "-out", path("cert.pem")]
            )
        } else if certificate == .expired {
            // Only 'ca' takes dates.
            try await openssl(
                ["req", "-subj", "/CN=\(name)"] + key + ["-keyout", path("key.pem"), "-out", path("csr")]
            )
            try directory.appending("index").write([])
            try directory.appending("config").write(
                Array(
                    """
                    [d]
                    database = \(path("index"))
                    serial = \(path("serial"))
                    rand_serial = yes
                    default_md = sha256
                    policy = p
                    [p]
                    commonName = supplied

                    """.utf8
                )
            )
            try await openssl(
                ["ca", "-batch", "-config", path("config"), "-name", "d", "-cert", path("ca.pem"), "-rand_serial"]
                    + ["-keyfile", path("ca.key"), "-in", path("csr"), "-out", path("cert.pem"), "-notext"]
                    + ["-outdir", directory.string, "-startdate", "20200101000000Z", "-enddate", "20200201000000Z"]
            )
        } else {
            try await openssl(
                ["req", "-subj", "/CN=\(name)"] + key + ["-keyout", path("key.pem"), "-out", path("csr")]
            )
            try directory.appending("names").write(Array("subjectAltName=DNS:\(name)\n".utf8))
            try await openssl(
                ["x509", "-req", "-in", path("csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key")]
                    + ["-CAcreateserial", "-extfile", path("names"), "-out", path("cert.pem"), "-days", "30"]
            )
        }
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(path("cert.pem")).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: path("key.pem"), format: .pem))
            )
        )
        let once = "Connection: close\r\n"
        let whole = { (bytes: [UInt8]) -> [ScriptedServer.Step] in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count)\r\n\(once)\r\n"), .bytes(bytes), .close]
        }
        return try await ScriptedServer.start(
            [whole(Array(sample.treeinfo.utf8)), whole(sample.kernel), whole(sample.initrd)],
            tls: context
        )
    }

    private func openssl(_ arguments: [String]) async throws {
        let result = try await run(
            .name("openssl"),
            arguments: Arguments(arguments),
            output: .discarded,
            error: .string(limit: 65536)
        )
        try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
    }
}
