/// Writes a picture as PNG (ISO/IEC 15948), for a screenshot that QEMU gives as a portable pixmap.
///
/// Not compressed within: the bundle that it goes into is, and so no library is needed for it.
enum PNGEncoder {
    /// Makes a PNG of a binary portable pixmap (netpbm's ppm(5), `P6` with 255 levels).
    ///
    /// - Returns: nil where it is no such pixmap, or one of more than 64 million pixels.
    static func encode(pixmap bytes: [UInt8]) -> [UInt8]? {
        var rest = bytes[...]
        guard word(&rest) == "P6", let width = word(&rest).flatMap({ UInt32($0) }),
            let height = word(&rest).flatMap({ UInt32($0) }), word(&rest) == "255", width > 0, height > 0,
            width < 1 << 16, height < 1 << 16, UInt64(width) * UInt64(height) <= 64 << 20,
            rest.count >= Int(width) * Int(height) * 3
        else { return nil }

        var scanlines: [UInt8] = []
        let row = Int(width) * 3
        scanlines.reserveCapacity((row + 1) * Int(height))
        for line in 0..<Int(height) {
            // No filter.
            scanlines.append(0)
            scanlines += rest[(rest.startIndex + line * row)..<(rest.startIndex + (line + 1) * row)]
        }
        // 8 bits, red, green and blue, the only methods that there are, not interlaced.
        let header = bigEndian(width) + bigEndian(height) + [8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
            + chunk("IDAT", stored(scanlines)) + chunk("IEND", [])
    }

    /// The next word of the header; one byte of white space follows it, and a comment may come before it.
    private static func word(_ rest: inout ArraySlice<UInt8>) -> String? {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        while let byte = rest.first {
            if byte == UInt8(ascii: "#") {
                rest = rest.drop { $0 != 0x0A }
            } else if isSpace(byte) {
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        let word = rest.prefix { !isSpace($0) }
        guard !word.isEmpty, word.count < 8 else { return nil }
        rest = rest.dropFirst(word.count + 1)
        return String(decoding: word, as: UTF8.self)
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        return bigEndian(UInt32(data.count)) + body + bigEndian(crc32(body))
    }

    /// A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4).
    private static func stored(_ data: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        stream.reserveCapacity(data.count + data.count / 65535 * 5 + 16)
        var position = 0
        repeat {
            let count = min(65535, data.count - position)
            let isLast: UInt8 = position + count == data.count ? 1 : 0
            let length = UInt16(count)
            stream += [isLast, UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8)]
            stream += data[position..<(position + count)]
            position += count
        } while position < data.count
        return stream + bigEndian(adler32(data))
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
    }

    private static func adler32(_ data: [UInt8]) -> UInt32 {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in data {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        return b << 16 | a
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    private static func crc32(_ data: [UInt8]) -> UInt32 {
        ~data.reduce(0xFFFF_FFFF) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }
}
