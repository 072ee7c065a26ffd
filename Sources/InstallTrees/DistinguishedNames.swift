/// Who signed a certificate, and whom it is about, as the bytes stand in it (RFC 5280, 4.1).
struct DistinguishedNames {
    let issuer: [UInt8]
    let subject: [UInt8]

    var isSelfSigned: Bool { issuer == subject }

    /// Reads a certificate in DER; nil where that is none.
    init?(der: [UInt8]) {
        // Certificate, and in it TBSCertificate: version [0], serialNumber, signature, issuer, validity, subject.
        guard let outer = Self.next(der[...]), let inner = Self.next(outer.content) else { return nil }
        var rest = inner.content
        var fields: [(tag: UInt8, whole: ArraySlice<UInt8>)] = []
        while fields.count < 6, let element = Self.next(rest) {
            if element.tag != 0xA0 || !fields.isEmpty { fields.append((element.tag, element.whole)) }
            rest = rest[element.whole.endIndex...]
        }
        guard fields.count >= 5 else { return nil }
        issuer = Array(fields[2].whole)
        subject = Array(fields[4].whole)
    }

    private static func next(
        _ bytes: ArraySlice<UInt8>
    ) -> (tag: UInt8, content: ArraySlice<UInt8>, whole: ArraySlice<UInt8>)? {
        guard bytes.count >= 2 else { return nil }
        var index = bytes.startIndex + 1
        var length = Int(bytes[index])
        index += 1
        if length >= 0x80 {
            let count = length - 0x80
            guard (1...3).contains(count), bytes.endIndex - index >= count else { return nil }
            length = bytes[index..<(index + count)].reduce(0) { $0 << 8 | Int($1) }
            index += count
        }
        guard bytes.endIndex - index >= length else { return nil }
        return (bytes[bytes.startIndex], bytes[index..<(index + length)], bytes[bytes.startIndex..<(index + length)])
    }
}
