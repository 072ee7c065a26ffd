import NIOHTTP1

/// What a server says about a file, from which a second answer is told to be about the same one.
struct FileVersion: Hashable {
    /// ETag, weak ones left out.
    let tag: String?
    /// Last-Modified.
    let modified: String?
    /// The whole file's size in bytes.
    let size: Int64?

    init(_ reply: HTTPSession.Reply) {
        tag = reply.headers.first(name: "etag").flatMap { $0.hasPrefix("W/") ? nil : $0 }
        modified = reply.headers.first(name: "last-modified")
        size = reply.status == 206 ? reply.range?.size : reply.length
    }

    /// A strong validator for If-Range (RFC 9110, 13.1.5).
    var validator: String? { tag ?? modified }

    /// How a later answer differs; nil where it may be about the same file.
    func difference(_ later: FileVersion) -> String? {
        if let size, let other = later.size, size != other { return "it had \(size) bytes and now has \(other)" }
        if let modified, let other = later.modified {
            // The servers behind one name may give one file several tags; its time they copy.
            return modified == other ? nil : "it was modified at \(modified) and now at \(other)"
        }
        if let tag, let other = later.tag, tag != other { return "its ETag was \(tag) and now is \(other)" }
        return nil
    }
}
