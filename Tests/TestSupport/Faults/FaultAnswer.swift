import Foundation

/// An answer of a server, in which a ``FaultProxy`` lies.
struct FaultAnswer {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The same, but for the size of the image, which has a digit more.
    var withAnotherSize: [UInt8] { replacing(/"size": (\d+)/) { "\"size\": \($0)1" } }

    /// The same, but for the digests of the image, which are backwards.
    var withAnotherDigest: [UInt8] {
        let algorithm = FaultAnswer(
            replacing(/"os_hash_value": "([0-9a-f]+)"/) { "\"os_hash_value\": \"\(String($0.reversed()))\"" }
        )
        return algorithm.replacing(/"checksum": "([0-9a-f]+)"/) { "\"checksum\": \"\(String($0.reversed()))\"" }
    }

    private func replacing(
        _ pattern: Regex<(Substring, Substring)>,
        _ value: (Substring) -> String
    ) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let separator = text.firstRange(of: "\r\n\r\n") else { return bytes }
        let body = String(text[separator.upperBound...]).replacing(pattern) { value($0.output.1) }
        let head = text[..<separator.lowerBound].components(separatedBy: "\r\n").map { line in
            line.lowercased().hasPrefix("content-length:") ? "Content-Length: \(body.utf8.count)" : line
        }
        return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }
}
