/// Why a cloud did not do what it was asked to, or could not be asked.
///
/// Neither its texts nor its fields hold a password, a token or a query with a secret in it.
public struct OpenStackError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that a caller can tell apart.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// clouds.yaml, secure.yaml, an openrc file or a variable is wrong.
        case configuration
        /// No cloud has that name, or none is chosen.
        case unknownCloud
        /// A way to log in, an API version or a proxy that imagebake does not speak.
        case unsupported
        /// The catalogue has no such service, region or interface.
        case noEndpoint
        /// Several projects have that name.
        case ambiguous
        /// 400: the cloud does not understand what was asked.
        case badRequest
        /// 401: the credentials are wrong, or a new token was refused as well.
        case unauthorized
        /// 403: this user may not do that, or the image is protected or deactivated.
        case forbidden
        /// 404: there is no such thing, or this user may not see it.
        case notFound
        /// 409: the state does not allow it.
        case conflict
        /// 410: the image was deleted meanwhile.
        case gone
        /// 413: a quota, a limit or the store's disk.
        case tooLarge
        /// 415: the bytes are not in the declared format or are refused as unsafe; or a media type is not known.
        case unsupportedMedia
        /// 416: the range lies outside of the image.
        case outOfRange
        /// 429: too many requests.
        case tooManyRequests
        /// 5xx: the server or what is before it is in trouble.
        case unavailable
        /// Another status that is no success.
        case httpStatus
        /// A web page where an answer of the API should be.
        case webPage
        /// A redirect that is not followed, because the token would go elsewhere.
        case redirected
        /// The answer cannot be understood.
        case malformed
        /// The image has no data yet.
        case noData
        /// The host has no name, refuses connections or cannot be reached.
        case unreachable
        /// No secure connection: the certificate is not trusted, or what answers does not speak TLS.
        case tls
        /// No connection, or no answer, in time.
        case timeout
        /// Nothing has moved for too long in the middle of a transfer.
        case stalled
        /// The connection broke.
        case connectionLost
        /// The file to send changed, or the image is another one than before.
        case changed
        /// A local file cannot be read.
        case file
    }

    /// The kind of failure.
    public let code: Code
    /// One sentence, lower case, with the place: a file and line, or a URL.
    public let message: String
    /// The cause, in the other side's words, at most 500 characters without control characters.
    public let cause: String?
    /// What to do about it.
    public let hint: String?
    /// The status of the answer, where there was one.
    public let status: Int?
    /// The id under which the cloud's own logs know the request, `req-...`.
    public let requestID: String?
    /// How long the server asks to wait.
    public let retryAfter: Duration?
    /// Whether nothing of the request has reached the server.
    let isUnsent: Bool

    /// Creates an error.
    public init(
        _ code: Code,
        _ message: String,
        cause: String? = nil,
        hint: String? = nil,
        status: Int? = nil,
        requestID: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.init(code, message, cause, hint, status, requestID, retryAfter, isUnsent: false)
    }

    init(
        _ code: Code,
        _ message: String,
        _ cause: String?,
        _ hint: String?,
        _ status: Int? = nil,
        _ requestID: String? = nil,
        _ retryAfter: Duration? = nil,
        isUnsent: Bool
    ) {
        self.code = code
        self.message = message.escapingControlCharacters
        self.cause = cause.map { $0.escapingControlCharacters }
        self.hint = hint
        self.status = status
        self.requestID = requestID?.escapingControlCharacters
        self.retryAfter = retryAfter
        self.isUnsent = isUnsent
    }

    /// The message, the cause and the request's id, in one line.
    public var description: String {
        var text = message
        if let cause, !cause.isEmpty { text += ": \(cause)" }
        if let requestID { text += " (\(requestID))" }
        return text
    }

    /// Whether another attempt may go better, although nothing is changed.
    ///
    /// Of the states of an image (409) and the end of a token (401) the caller knows more.
    public var isTemporary: Bool {
        switch code {
        case .tooManyRequests, .unavailable, .timeout, .stalled, .connectionLost: true
        case .unreachable: isUnsent
        case .httpStatus: status == 408 || status == 425
        default: false
        }
    }
}
