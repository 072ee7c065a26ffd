import NIOHTTP1

/// A whole answer.
struct HTTPReply: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    var isSuccess: Bool { (200...299).contains(status) }
    var json: JSONValue? { JSONValue(json: body) }
    var requestID: String? { Self.requestID(headers) }

    static func requestID(_ headers: HTTPHeaders) -> String? {
        headers.first(name: "x-openstack-request-id") ?? headers.first(name: "x-compute-request-id")
    }

    /// Whether the server says that the body is a web page, or it looks like one.
    var isWebPage: Bool {
        // Glance's 204 says `text/html` too, and has no body.
        guard !body.isEmpty else { return false }
        let type = headers.first(name: "content-type")?.lowercased() ?? ""
        if type.hasPrefix("text/html") || type.hasPrefix("application/xhtml") { return true }
        let head = body.drop { [9, 10, 13, 32].contains($0) }.prefix(15)
        let text = String(decoding: head, as: UTF8.self).lowercased()
        return text.hasPrefix("<!doctype html") || text.hasPrefix("<html")
    }
}
