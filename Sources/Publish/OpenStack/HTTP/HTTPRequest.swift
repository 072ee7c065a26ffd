import NIOCore
import NIOHTTP1

/// One request, as it is made anew for each attempt.
struct HTTPRequest: Sendable {
    /// What is sent as the body.
    enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// A file from its first byte to its last, streamed.
        case file(UploadFile, digest: UploadDigest?, progress: @Sendable (Int64) -> Void)
    }

    var method: HTTPMethod
    var base: ServiceURL
    /// What follows the base, percent-encoded, with its query.
    var target: String
    var headers: HTTPHeaders = [:]
    var body = Body.none

    /// For messages; queries hold names and tags, but nothing secret.
    var place: String { base.text + target }
}
