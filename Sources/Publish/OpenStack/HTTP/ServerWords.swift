import NIOHTTP1

/// What an answer that is no success says, in its own words.
struct ServerWords {
    /// At most 500 characters without control characters; empty where the answer says nothing.
    let text: String
    /// Whether a web page came where Keystone or Glance would have answered with JSON: then it is of something before them.
    let isForeignPage: Bool

    init(_ reply: HTTPReply) {
        let json = reply.json
        if let message = json?["message"]?.string ?? json?["error"]?["message"]?.string ?? json?["error"]?.string {
            // WebOb puts tags into its messages: `Image x not found.<br /><br />`.
            text = message.withoutTags.serverWords
            isForeignPage = false
        } else if reply.isWebPage {
            let page = String(decoding: reply.body.prefix(64 << 10), as: UTF8.self)
            isForeignPage = reply.requestID == nil
            if isForeignPage, let title = Self.title(page) {
                text = title
            } else {
                text = page.withoutTags.serverWords
            }
        } else {
            text = String(decoding: reply.body.prefix(4096), as: UTF8.self).serverWords
            isForeignPage = false
        }
    }

    private static func title(_ page: String) -> String? {
        let lower = page.lowercased()
        guard lower.count == page.count, let open = lower.firstRange(of: "<title"),
            let start = lower[open.upperBound...].firstIndex(of: ">"),
            let end = lower[start...].firstRange(of: "</title")
        else { return nil }
        let from = page.index(page.startIndex, offsetBy: lower.distance(from: lower.startIndex, to: start) + 1)
        let to = page.index(page.startIndex, offsetBy: lower.distance(from: lower.startIndex, to: end.lowerBound))
        guard from <= to else { return nil }
        let title = String(page[from..<to]).withoutTags.serverWords
        return title.isEmpty ? nil : title
    }
}

extension OpenStackError {
    /// The error for an answer that is no success.
    ///
    /// - Parameters:
    ///   - what: what was not done, `cannot list images`.
    ///   - service: who answers, `Glance`.
    init(_ reply: HTTPReply, _ what: String, _ service: String, _ request: HTTPRequest) {
        let code: Code =
            switch reply.status {
            case 400: .badRequest
            case 401: .unauthorized
            case 403: .forbidden
            case 404: .notFound
            case 409: .conflict
            case 410: .gone
            case 413: .tooLarge
            case 415: .unsupportedMedia
            case 416: .outOfRange
            case 429: .tooManyRequests
            case 500...599: .unavailable
            default: .httpStatus
            }
        let words = ServerWords(reply)
        let reason = HTTPResponseStatus(statusCode: reply.status).reasonPhrase
        var cause = "HTTP \(reply.status) \(reason)".serverWords
        if words.isForeignPage {
            cause += ", a web page of a proxy or another server, not \(service)'s answer"
            if !words.text.isEmpty { cause += ": '\(words.text)'" }
        } else if !words.text.isEmpty {
            cause += ": \(words.text)"
        }
        let retryAfter = reply.headers.first(name: "retry-after").flatMap { RetryAfter.duration($0) }
        self.init(
            code,
            "\(what) (\(request.method.rawValue) \(request.place))",
            cause,
            Self.hint(code, isForeign: words.isForeignPage),
            reply.status,
            reply.requestID.map { String($0.prefix(100)) },
            retryAfter,
            isUnsent: false
        )
    }

    private static func hint(_ code: Code, isForeign: Bool) -> String? {
        switch code {
        case .unauthorized: "check the user, the password and the project of the cloud"
        case .tooManyRequests, .unavailable: "try again later"
        case .tooLarge where isForeign:
            "the proxy before Glance limits the size of an upload; its operator must raise that"
        default: nil
        }
    }
}
