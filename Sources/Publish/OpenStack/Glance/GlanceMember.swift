public import Foundation

/// A project that an image is shared with.
public struct GlanceMember: Sendable, Hashable {
    /// Whether the project wants the image in its lists.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// It has not said so yet.
        case pending
        /// It does.
        case accepted
        /// It does not; it can use the image all the same.
        case rejected
    }

    /// The image's id.
    public let imageID: String
    /// The project's id.
    public let projectID: String
    /// What the project has said.
    public let status: Status
    /// When the image was shared, in whole seconds.
    public let createdAt: Date?
    /// When that last changed, in whole seconds.
    public let updatedAt: Date?

    init(_ json: JSONValue) throws {
        guard let image = json["image_id"]?.string, let project = json["member_id"]?.string,
            let status = json["status"]?.string.flatMap(Status.init)
        else { throw OpenStackError(.malformed, "Glance's answer is not a member of an image") }
        imageID = image
        projectID = project
        self.status = status
        createdAt = json["created_at"]?.string.flatMap(Timestamp.date)
        updatedAt = json["updated_at"]?.string.flatMap(Timestamp.date)
    }
}
