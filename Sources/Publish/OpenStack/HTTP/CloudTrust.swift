import Glibc
import NIOSSL
public import SystemPackage

/// Whom a cloud's servers are vouched for by, and what imagebake shows of itself.
public struct CloudTrust: Sendable, Hashable {
    /// Whether certificates are checked; false is dangerous, and ``Cloud/warnings`` says so.
    public var isVerifying = true
    /// A PEM file with authorities, or a directory of such; nil for the machine's own.
    public var authorities: FilePath?
    /// A PEM file with the client's certificate, and its key where ``key`` is nil.
    public var certificate: FilePath?
    /// A PEM file with the client's key, without a passphrase.
    public var key: FilePath?

    /// The machine's own authorities and no client certificate.
    public init() {}

    /// What the HTTP client needs.
    ///
    /// Where the cloud names no authorities the variables of Python's requests and of OpenSSL count.
    func configuration(_ environment: [String: String]) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if !isVerifying {
            configuration.certificateVerification = .none
        } else if let (path, origin) = roots(environment) {
            do {
                // A file that is none would look like a server that nobody vouches for.
                if try !isDirectory(path) {
                    guard try !NIOSSLCertificate.fromPEMFile(path.string).isEmpty else {
                        throw NIOSSLError.failedToLoadCertificate
                    }
                }
                configuration.trustRoots = .file(path.string)
            } catch {
                throw OpenStackError(
                    .configuration,
                    "\(origin) names \(path), which holds no certificates",
                    hint: "give a file with the authorities' certificates in PEM form"
                )
            }
        }
        if let certificate {
            do {
                let chain = try NIOSSLCertificate.fromPEMFile(certificate.string)
                guard !chain.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
                configuration.certificateChain = chain.map { .certificate($0) }
            } catch {
                throw OpenStackError(
                    .configuration,
                    "'cert' names \(certificate), which holds no certificate in PEM form"
                )
            }
            let file = key ?? certificate
            do {
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: file.string, format: .pem))
            } catch {
                throw OpenStackError(
                    .configuration,
                    "'\(key == nil ? "cert" : "key")' names \(file), which holds no private key in PEM form that can be read "
                        + "without a passphrase"
                )
            }
        }
        return configuration
    }

    private func roots(_ environment: [String: String]) -> (FilePath, String)? {
        if let authorities { return (authorities, "'cacert'") }
        for name in ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"] {
            if let value = environment[name], !value.isEmpty { return (FilePath(value), "the variable \(name)") }
        }
        return nil
    }

    private func isDirectory(_ path: FilePath) throws -> Bool {
        var status = stat()
        guard stat(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
        return status.st_mode & S_IFMT == S_IFDIR
    }
}
