/// Something that is looked for in all the bytes of a disk.
public struct SearchPattern: Sendable, Equatable {
    /// What the bytes have to be.
    enum Content: Sendable, Equatable {
        case bytes([UInt8])
        case privateKey
    }

    /// The shortest text that is looked for: a shorter one is found by chance in any image.
    public static let shortest = 6

    /// What it is, for people; never the text itself, which may be a secret.
    public let name: String
    let content: Content

    /// These bytes; nil where they are fewer than ``shortest``.
    public init?(_ name: String, _ bytes: [UInt8]) {
        guard bytes.count >= Self.shortest else { return nil }
        self.name = name
        content = .bytes(bytes)
    }

    private init(_ name: String, _ content: Content) {
        self.name = name
        self.content = content
    }

    /// A private key in PEM (RFC 7468) or in OpenSSH's form: its first line, with Base64 after it, in a text or at a file's beginning.
    ///
    /// Programs that read keys have that line among their texts, libraries have whole keys with which they test themselves: GnuTLS has
    /// eight. Both stand behind a NUL.
    public static let privateKey = SearchPattern("private key", .privateKey)

    /// What is searched for, byte by byte.
    var needle: [UInt8] {
        switch content {
        case .bytes(let bytes): bytes
        case .privateKey: Array("-----BEGIN ".utf8)
        }
    }

    /// How many bytes after the needle decide whether it counts.
    var lookahead: Int {
        switch content {
        case .bytes: 0
        case .privateKey: 192
        }
    }

    /// Whether the needle counts here.
    ///
    /// - Parameters:
    ///   - previous: The byte before it; nil where a file may begin, or nothing is known.
    ///   - following: The bytes after it.
    func accepts(previous: UInt8?, following: UnsafeRawBufferPointer) -> Bool {
        guard case .privateKey = content else { return true }
        if let previous, previous < 0x20 && !(0x09...0x0D).contains(previous) || previous > 0x7E { return false }
        // `RSA`, `ENCRYPTED`, `OPENSSH` or nothing stand before the words.
        let kind = following.prefix(64).prefix { $0 != UInt8(ascii: "-") }
        guard kind.suffix(11).elementsEqual("PRIVATE KEY".utf8) else { return false }
        var rest = following[kind.endIndex...]
        guard rest.starts(with: "-----".utf8) else { return false }
        rest = rest.dropFirst(5)
        if rest.first == UInt8(ascii: "\r") { rest = rest.dropFirst() }
        guard rest.first == UInt8(ascii: "\n") else { return false }
        rest = rest.dropFirst().drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        // An encrypted key of OpenSSL's old form has headers first, one of SSH's own form a comment.
        if rest.starts(with: "Proc-Type:".utf8) || rest.starts(with: "Comment:".utf8) { return true }
        // The first line of every kind has at least 64 letters; an example in a manual, as cloud-init's code has it, is cut off before.
        return rest.count >= 64 && rest.prefix(64).allSatisfy(Self.isBase64)
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
