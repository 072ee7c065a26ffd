import NIOSSL
import SystemPackage

/// The certificate authorities that a server over https may be vouched for by: the machine's, or those of SSL_CERT_FILE.
///
/// As with OpenSSL, and with curl, the file that the variable names takes the place of the machine's own.
struct Authorities: Sendable {
    static let variable = "SSL_CERT_FILE"

    /// PEM; nil for the machine's own.
    private let file: FilePath?

    init(_ environment: [String: String]) {
        file = environment[Self.variable].flatMap { $0.isEmpty ? nil : FilePath($0) }
    }

    /// What the HTTP client needs.
    var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let file { configuration.trustRoots = .file(file.string) }
        return configuration
    }

    /// Refuses a file that cannot be used, which would look like a server that nobody vouches for.
    func check() throws(TreeError) {
        guard let file else { return }
        do {
            guard try !NIOSSLCertificate.fromPEMFile(file.string).isEmpty else {
                throw NIOSSLError.failedToLoadCertificate
            }
        } catch {
            throw TreeError(
                .tls,
                at: file.string,
                "the environment variable \(Self.variable) names \(file), which holds no certificates",
                hint: "give a file with certificates of authorities in PEM form, or unset the variable"
            )
        }
    }
}
