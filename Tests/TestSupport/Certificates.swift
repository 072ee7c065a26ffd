import Foundation
package import SystemPackage

/// An authority, and a certificate by it for 127.0.0.1, a server's and a client's, made by GnuTLS' certtool.
package enum Certificates {
    /// Makes them in a directory, by the names that libvirt looks for (docs/tlscerts.rst).
    package static func make(in directory: FilePath) async throws {
        try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
        func write(_ name: String, _ text: String) throws -> String {
            let file = directory.appending(name).string
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            return file
        }
        func path(_ name: String) -> String { directory.appending(name).string }
        for key in ["cakey", "serverkey", "clientkey"] {
            try await command(
                "certtool",
                ["--generate-privkey", "--key-type", "rsa", "--outfile", path("\(key).pem")]
            )
        }
        let authority = try write("ca.info", "cn = imagebake's tests\nca\ncert_signing_key\nexpiration_days = 1\n")
        try await command(
            "certtool",
            [
                "--generate-self-signed", "--load-privkey", path("cakey.pem"), "--template", authority, "--outfile",
                path("cacert.pem"),
            ]
        )
        for (name, purpose) in [("server", "tls_www_server"), ("client", "tls_www_client")] {
            let template = try write(
                "\(name).info",
                "cn = 127.0.0.1\nip_address = 127.0.0.1\n\(purpose)\nsigning_key\nencryption_key\nexpiration_days = 1\n"
            )
            try await command(
                "certtool",
                [
                    "--generate-certificate", "--load-privkey", path("\(name)key.pem"), "--load-ca-certificate",
                    path("cacert.pem"), "--load-ca-privkey", path("cakey.pem"), "--template", template, "--outfile",
                    path("\(name)cert.pem"),
                ]
            )
        }
    }
}
