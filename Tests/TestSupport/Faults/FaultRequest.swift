import Foundation

/// A request as a ``FaultProxy`` reads it from a client: the head at once, the body as it comes.
final class FaultRequest {
    let method: String
    /// Without the query.
    let path: String
    /// The announced length of the body; nil where it comes in chunks.
    let length: Int?
    private let target: String
    private let headers: [String]
    private let socket: Int32
    // What came along with the head.
    private var rest: [UInt8]
    private var taken = 0
    private var tail: [UInt8] = []

    /// Reads a head.
    ///
    /// - Returns: nil where none comes.
    init?(from socket: Int32) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let separator = Array("\r\n\r\n".utf8)
        var end: Int?
        while end == nil, bytes.count < 1 << 20 {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
            end = bytes.firstRange(of: separator)?.lowerBound
        }
        guard let end else { return nil }
        var lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines.removeFirst().split(separator: " ")
        guard words.count == 3 else { return nil }
        method = String(words[0])
        target = String(words[1])
        path = target.split(separator: "?").first.map(String.init) ?? target
        headers = lines
        self.socket = socket
        rest = Array(bytes[(end + separator.count)...])
        let isChunked = Self.value("transfer-encoding", lines)?.lowercased() == "chunked"
        length = isChunked ? nil : Self.value("content-length", lines).flatMap { Int($0) } ?? 0
    }

    private static func value(_ name: String, _ headers: [String]) -> String? {
        headers.first { $0.lowercased().hasPrefix(name + ":") }?.dropFirst(name.count + 1)
            .trimmingCharacters(in: .whitespaces)
    }

    /// Which request of a publication it is.
    var step: Fault.Step {
        let parts = path.split(separator: "/").drop { $0 != "images" }
        return switch (method, parts.count, parts.last) {
        case ("POST", 1, _): .create
        case ("PUT", 3, "file"): .upload
        case ("GET", 3, "file"): .download
        case ("GET", 2, _): .look
        case ("GET", 1, _): .list
        case ("PATCH", 2, _): .change
        default: .other
        }
    }

    /// Whether it is about an image for which an upload was among earlier requests.
    func isOfUploaded(_ lines: [String]) -> Bool { lines.contains("PUT \(path)/file") }

    /// The head for the server, which is to close the connection after its answer.
    ///
    /// - Parameter lengthLess: By how much the length of the body is to be smaller.
    func head(lengthLess lost: Int = 0) -> [UInt8] {
        var lines = ["\(method) \(target) HTTP/1.1"]
        for header in headers {
            let name = header.prefix { $0 != ":" }.lowercased()
            if name == "connection" { continue }
            if name == "content-length", let length, lost > 0 {
                lines.append("Content-Length: \(max(0, length - lost))")
            } else {
                lines.append(header)
            }
        }
        lines.append("Connection: close")
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// Reads the body, up to a byte of it, or its end.
    ///
    /// - Parameter take: Gets each part; answers whether it wants more.
    /// - Returns: Whether all of it came.
    func readBody(upTo limit: Int, _ take: ([UInt8]) -> Bool) -> Bool {
        let end = min(limit, length ?? .max)
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while taken < end {
            if rest.isEmpty {
                let count = recv(socket, &buffer, min(buffer.count, end - taken), 0)
                guard count > 0 else { return false }
                rest = Array(buffer[..<count])
            }
            let part = Array(rest.prefix(end - taken))
            rest.removeFirst(part.count)
            taken += part.count
            guard take(part) else { return false }
            if length == nil {
                // The last chunk is an empty one (RFC 9112, 7.1).
                tail = Array((tail + part).suffix(5))
                if tail == Array("0\r\n\r\n".utf8) { return true }
            }
        }
        return length.map { taken == $0 } ?? false
    }
}
