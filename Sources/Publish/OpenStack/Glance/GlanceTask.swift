public import Foundation

/// What Glance does, or did, to an image in the background.
public struct GlanceTask: Sendable, Hashable, Identifiable {
    /// Its id.
    public let id: String
    /// `api_image_import`.
    public let type: String
    /// `pending`, `processing`, `success` or `failure`.
    public let status: String
    /// What went wrong or is being done, at most 500 characters.
    public let message: String?
    /// The image's id.
    public let imageID: String?
    /// The project's id.
    public let owner: String?
    /// When it was begun.
    public let createdAt: Date?
    /// When it last changed.
    public let updatedAt: Date?
    /// What it was asked to do.
    public let input: JSONValue?
    /// What came of it.
    public let result: JSONValue?

    init(_ json: JSONValue) throws {
        guard let id = json["id"]?.string, let type = json["type"]?.string, let status = json["status"]?.string else {
            throw OpenStackError(.malformed, "Glance's answer is not a task")
        }
        self.id = id
        self.type = type
        self.status = status
        message = json["message"]?.string?.serverWords
        imageID = json["image_id"]?.string
        owner = json["owner"]?.string
        // These are written as `2026-11-29T16:49:30.000000` here and with a Z there.
        func date(_ key: String) -> Date? {
            json[key]?.string.flatMap { text in
                let whole = text.prefix { $0 != "." && $0 != "Z" && $0 != "+" }
                return Timestamp.date(whole.replacing(" ", with: "T") + "Z")
            }
        }
        createdAt = date("created_at")
        updatedAt = date("updated_at")
        input = json["input"]
        result = json["result"]
    }
}
