#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Public keys as vendors publish them, for gpgv, whose keyrings must be binary.
enum OpenPGPKey {
    private static let begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    private static let end = "-----END PGP PUBLIC KEY BLOCK-----"

    /// The binary form of one or several keys.
    ///
    /// The armor's checksum is not looked at, as RFC 9580, 6.1 advises: a damaged key verifies nothing.
    ///
    /// - Throws: `badKey` for anything but public keys.
    static func binary(_ bytes: [UInt8], location: String) throws(TreeError) -> [UInt8] {
        // A binary key starts with a public-key packet, tag 6, in the old or the new form (RFC 9580, 4.2).
        if let first = bytes.first, first == 0x98 || first == 0x99 || first == 0x9A || first == 0xC6 { return bytes }
        guard let text = String(validating: bytes, as: UTF8.self), text.contains("-----BEGIN PGP") else {
            throw bad(location, "it is neither armored nor binary")
        }
        guard !text.contains("PRIVATE KEY BLOCK") else { throw bad(location, "it is a private key") }
        var keys: [UInt8] = []
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(\.trimmed)[...]
        while let start = lines.firstIndex(of: begin) {
            guard let stop = lines[start...].firstIndex(of: end) else { throw bad(location, "the armor has no end") }
            // An empty line ends the headers; '=' alone starts the checksum.
            let body = lines[start..<stop].drop { !$0.isEmpty }.filter { !$0.hasPrefix("=") }.joined()
            guard let data = Data(base64Encoded: body), !data.isEmpty else {
                throw bad(location, "the armor is damaged")
            }
            keys += data
            lines = lines[(stop + 1)...]
        }
        guard !keys.isEmpty else { throw bad(location, "it holds something else than a public key") }
        return keys
    }

    private static func bad(_ location: String, _ cause: String) -> TreeError {
        TreeError(
            .badKey,
            at: location,
            "\(location) is not an OpenPGP public key",
            cause: cause,
            hint: "give the vendor's public key, as RPM-GPG-KEY-..., armored or binary"
        )
    }
}
