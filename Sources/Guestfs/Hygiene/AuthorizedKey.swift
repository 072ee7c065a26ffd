/// A line of an authorized_keys file (sshd(8)).
enum AuthorizedKey {
    /// The key's type and its Base64, with one blank between them; nil where the line has none.
    ///
    /// Options may stand before the type, a comment after the key.
    static func key(in line: ArraySlice<UInt8>) -> String? {
        let line = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard let first = line.first, first != UInt8(ascii: "#") else { return nil }
        let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
            .map { String(decoding: $0, as: UTF8.self) }
        // The Base64 of every key begins with the length of its type, three bytes of which are 0.
        guard let place = words.indices.dropFirst().first(where: { words[$0].hasPrefix("AAAA") }) else { return nil }
        return "\(words[place - 1]) \(words[place])"
    }
}
