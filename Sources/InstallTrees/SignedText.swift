import Glibc
import SystemPackage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The text of a signed file, as gpgv vouches for it.
///
/// gpgv runs with a home directory of its own and one keyring, so that no key of the user's counts. Of a clearsigned file
/// only what gpgv writes is used: what stands before or after the signature is nobody's word.
enum SignedText {
    /// The largest CHECKSUM file, key and signature, in bytes.
    private static let limit = 1 << 20
    private static let clearsigned = "-----BEGIN PGP SIGNED MESSAGE-----"

    /// The text that a key has signed.
    ///
    /// - Parameters:
    ///   - file: clearsigned, or plain with a detached signature.
    ///   - signature: the detached signature.
    ///   - key: an armored or binary public key, or several.
    ///   - scratch: where gpgv's home is made, removed at the end.
    /// - Returns: the text, and the fingerprint of the key that signed it, hexadecimal.
    /// - Throws: `badSignature`, `badKey`, `toolMissing`.
    static func verified(
        _ file: FilePath,
        signature: FilePath?,
        key: FilePath,
        scratch: FilePath = FilePath(FileManager.default.temporaryDirectory.path)
    ) async throws(TreeError) -> (text: String, fingerprint: String) {
        let gpgv = try Tool.find("gpgv", package: "gpgv")
        let bytes = try Files.read(file, limit: limit)
        let keyring = try OpenPGPKey.binary(try Files.read(key, limit: limit), location: key.string)
        let signed = try signature.map { path throws(TreeError) in try Files.read(path, limit: limit) }
        guard signed != nil || String(decoding: bytes, as: UTF8.self).contains(clearsigned) else {
            throw TreeError(
                .badSignature,
                at: file.string,
                "\(file) is not signed",
                cause: "it is not clearsigned, and no detached signature is given",
                hint: "give the signed CHECKSUM file of the vendor, or its detached signature"
            )
        }
        let home = try temporaryDirectory(in: scratch)
        defer { Files.remove(home) }
        // Copies: what gpgv reads is what was read here, and no name of a file can be taken for an option.
        try Files.writeAtomically(bytes, to: home.appending("text"))
        try Files.writeAtomically(keyring, to: home.appending("keyring.gpg"))
        if let signed { try Files.writeAtomically(signed, to: home.appending("signature")) }
        let output = home.appending("output")
        var arguments = [
            // A collision of SHA-1 can be made on purpose.
            "--homedir", home.string, "--keyring", home.appending("keyring.gpg").string, "--weak-digest", "SHA1",
            "--status-fd", "1",
        ]
        if signed == nil {
            arguments += ["--output", output.string, home.appending("text").string]
        } else {
            arguments += [home.appending("signature").string, home.appending("text").string]
        }
        let outcome = try await gpgv.run(arguments, about: file.string)
        let fingerprint = try check(outcome, file, key)
        let text = signed == nil ? try Files.read(output, limit: limit) : bytes
        guard let text = String(validating: text, as: UTF8.self) else { throw binary(file) }
        return (text, fingerprint)
    }

    /// The text of a file without a look at its signature: what a clearsigned message frames, or the whole file.
    static func unverified(_ file: FilePath) throws(TreeError) -> String {
        guard let text = String(validating: try Files.read(file, limit: limit), as: UTF8.self), !text.utf8.contains(0)
        else { throw binary(file) }
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        guard let start = lines.firstIndex(where: { $0.hasPrefix(clearsigned) }) else { return text }
        // An empty line ends the headers; lines that start with '-' are escaped with '- ' (RFC 4880, 7.1).
        let body = lines[start...].drop { !$0.isEmpty }.dropFirst()
            .prefix { !$0.hasPrefix("-----BEGIN PGP SIGNATURE-----") }
        return body.map { $0.hasPrefix("- ") ? $0.dropFirst(2) : $0 }.joined(separator: "\n")
    }

    private static func check(
        _ outcome: Tool.Outcome,
        _ file: FilePath,
        _ key: FilePath
    ) throws(TreeError) -> String {
        let prefix = "[GNUPG:] "
        let lines = outcome.output.split(separator: "\n").filter { $0.hasPrefix(prefix) }
            .map { $0.dropFirst(prefix.count).split(separator: " ").map(String.init) }
        let words = Set(lines.compactMap(\.first))
        // gpgv itself is content with a key that has expired or was revoked.
        let bad = words.intersection(["BADSIG", "ERRSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "NODATA", "ERROR"])
        if outcome.status == 0, words.isSuperset(of: ["GOODSIG", "VALIDSIG"]), bad.isEmpty {
            // The primary key's fingerprint ends the line, the one that a vendor publishes; the subkey's begins it
            // (GnuPG, doc/DETAILS, VALIDSIG).
            return lines.first { $0.first == "VALIDSIG" }?.last ?? ""
        }
        let cause: String
        if words.contains("NO_PUBKEY") {
            cause = "it is signed by another key"
        } else if words.contains("BADSIG") {
            cause = "it was changed after it was signed"
        } else if words.contains("EXPKEYSIG") {
            cause = "the key has expired"
        } else if words.contains("REVKEYSIG") {
            cause = "the key was revoked"
        } else if words.contains("EXPSIG") {
            cause = "the signature has expired"
        } else {
            let lines = outcome.errors.split(separator: "\n").filter { !$0.contains("Signature made") }
            cause = lines.prefix(3).map { $0.replacing("gpgv: ", with: "").trimmed }.joined(separator: "; ").shortened
        }
        throw TreeError(
            .badSignature,
            at: file.string,
            "\(file) is not signed by \(key)",
            cause: cause.isEmpty ? "gpgv: exit status \(outcome.status)" : cause,
            hint: "fetch the file and the key again, the key from the vendor's own site over https"
        )
    }

    private static func binary(_ file: FilePath) -> TreeError {
        TreeError(.malformedChecksums, at: file.string, "\(file) is binary data, not a CHECKSUM file")
    }

    private static func temporaryDirectory(in directory: FilePath) throws(TreeError) -> FilePath {
        let template = directory.appending("imagebake-gpgv-XXXXXX")
        var name = Array(template.string.utf8CString)
        let result = name.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        guard let result else { throw .file(Errno(rawValue: errno), template, "cannot create") }
        return FilePath(result)
    }
}
