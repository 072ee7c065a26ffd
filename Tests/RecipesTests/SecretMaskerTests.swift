import Foundation
import Testing

@testable import Recipes

/// What is hidden, and that nothing else is.
@Suite("Masking secrets")
struct SecretMaskerTests {
    static let secret = "S3cr\"et&'<x>/$ \\ü%+"

    static func spellings(of secret: String) throws -> [String] {
        let json = String(decoding: try JSONEncoder().encode(secret), as: UTF8.self).dropFirst().dropLast()
        let data = Data(secret.utf8)
        var allowed = CharacterSet.alphanumerics.intersection(
            CharacterSet(charactersIn: Unicode.Scalar(0)..<Unicode.Scalar(128))
        )
        allowed.insert(charactersIn: "-._~")
        return [
            secret, String(json), data.base64EncodedString(),
            data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_"),
            Quoting.shell(secret), Quoting.yaml(secret), Quoting.kickstart(secret),
            secret.addingPercentEncoding(withAllowedCharacters: allowed) ?? "",
            secret.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
                .replacing("\"", with: "&quot;").replacing("'", with: "&apos;"),
        ]
    }

    @Test("every spelling is hidden")
    func spellings() throws {
        let masker = SecretMasker([Self.secret])
        for spelling in try Self.spellings(of: Self.secret) {
            let masked = masker.mask("before \(spelling) after")
            #expect(masked.hasPrefix("before "), "\(spelling)")
            #expect(masked.contains("(hidden)"), "\(spelling)")
            #expect(masked.hasSuffix(" after"))
            #expect(masker.finds(in: spelling))
        }
    }

    @Test("base64 is hidden whatever stands before and after the secret, with line breaks too", arguments: 0..<200)
    func base64(_ length: Int) {
        let secret = "correct-Horse7battery"
        let masker = SecretMasker([secret])
        let text = String(repeating: "x", count: length) + secret + String(repeating: "y", count: length % 7)
        for options in [[], .lineLength76Characters, [.lineLength64Characters, .endLineWithCarriageReturn]]
            as [Data.Base64EncodingOptions]
        {
            let encoded = Data(text.utf8).base64EncodedString(options: options)
            var masked = masker.mask(encoded)
            #expect(masked.contains("(hidden)"))
            masked = masked.replacing("(hidden)", with: "").replacing("\n", with: "").replacing("\r", with: "")
            // Of the secret's 21 bytes at most two are left at each end, for they share a character with others.
            #expect(masked.count <= (text.utf8.count - secret.utf8.count + 2) / 3 * 4 + 8)
        }
    }

    @Test("each line of a secret of several lines is hidden, as it stands and in base64")
    func lines() {
        let key =
            "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\nxyz\nAASCBKcwggSjAgEAAoIBAQ==\n-----END KEY-----\n"
        let masker = SecretMasker([key])
        #expect(masker.mask(key) == "(hidden)")
        for line in key.split(separator: "\n") where line.utf8.count >= 4 {
            #expect(masker.mask("a \(line) b") == "a (hidden) b")
        }
        #expect(masker.mask("xyz") == "xyz")
        #expect(SecretMasker([key], byLine: false).mask("-----BEGIN KEY-----") == "-----BEGIN KEY-----")
        #expect(SecretMasker(["a {\n    \n      bcde\n}"]).mask("    x\n  bcde") == "    x\n  (hidden)")
        #expect(masker.mask(key.replacing("\n", with: "\r\n")).contains("MII") == false)
        // What `base64` prints, a line at a time.
        for line in Data(key.utf8).base64EncodedString(options: .lineLength76Characters).split(separator: "\r\n") {
            #expect(masker.mask(String(line)).contains("(hidden)"), "\(line)")
        }
    }

    @Test("what is no secret stays as it is, byte for byte")
    func exact() {
        let masker = SecretMasker(["hunter2!", "abc"])
        let bytes: [UInt8] = (0..<4096).map { UInt8($0 & 255) } + Array("hunter2 abc hunter".utf8)
        var stream = masker.stream()
        #expect(stream.push(bytes) + stream.finish() == bytes)
        #expect(SecretMasker([]).mask("abc") == "abc")
        #expect(SecretMasker([]).isEmpty)
    }

    @Test("the longest of several secrets is hidden, once")
    func longest() {
        let masker = SecretMasker(["pass", "password", "password-more"])
        #expect(masker.mask("password-more password- passport") == "(hidden) (hidden)- (hidden)port")
    }

    /// The same by the simplest means: at each place the longest spelling there is.
    private func naive(_ bytes: [UInt8], _ masker: SecretMasker) -> [UInt8] {
        var result: [UInt8] = []
        var place = 0
        while place < bytes.count {
            let rest = Array(bytes[place...])
            let found = masker.patterns.compactMap { pattern -> Int? in
                guard !pattern.mayBreak else {
                    if case .yes(let length) = pattern.match(rest, from: 0) { return length }
                    return nil
                }
                return rest.starts(with: pattern.bytes) ? pattern.bytes.count : nil
            }
            if let length = found.max() {
                result += Array("(hidden)".utf8)
                place += length
            } else {
                result.append(bytes[place])
                place += 1
            }
        }
        return result
    }

    @Test("in random pieces and random texts it is the same as by the simplest means", arguments: 0..<60)
    func random(_ seed: Int) throws {
        var generator = SystemRandomNumberGenerator()
        // Few letters, so that secrets overlap each other and themselves.
        func word(_ count: ClosedRange<Int>) -> String {
            String(
                (0..<Int.random(in: count, using: &generator)).map { _ in
                    "ab'\n&".randomElement(using: &generator) ?? "a"
                }
            )
        }
        let secrets = (0..<3).map { _ in word(4...9) }
        let masker = SecretMasker(secrets)
        for _ in 0..<20 {
            var text = ""
            for _ in 0..<12 {
                let secret = secrets.randomElement(using: &generator) ?? ""
                let parts = [
                    word(0...3), try Self.spellings(of: secret).randomElement(using: &generator) ?? "",
                    String(secret.dropLast()),
                ]
                text += parts.randomElement(using: &generator) ?? ""
            }
            let bytes = Array(text.utf8)
            let expected = naive(bytes, masker)
            var stream = masker.stream()
            var result: [UInt8] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...5, using: &generator))
                rest = rest.dropFirst(piece.count)
                result += stream.push(piece)
            }
            result += stream.finish()
            #expect(
                String(decoding: result, as: UTF8.self) == String(decoding: expected, as: UTF8.self),
                "\(secrets) in \(text.debugDescription)"
            )
            for secret in secrets { #expect(!String(decoding: result, as: UTF8.self).contains(secret)) }
        }
    }

    @Test("a stream keeps no more than the longest spelling")
    func memory() {
        let secret = String(repeating: "a", count: 100) + "b"
        var stream = SecretMasker([secret]).stream()
        var released = 0
        for index in 1...200 {
            released += stream.push([UInt8](repeating: UInt8(ascii: "a"), count: 100)).count
            #expect(index * 100 - released < 500)
        }
        #expect(released + stream.finish().count == 20_000)
    }
}
