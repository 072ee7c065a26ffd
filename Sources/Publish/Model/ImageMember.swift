public import Foundation

/// A project with which an image is shared.
public struct ImageMember: Sendable, Hashable, Codable {
    /// What the project makes of the image.
    public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        /// It has not answered; the image is not in its list.
        case pending
        /// It wants the image in its list.
        case accepted
        /// It does not.
        case rejected
    }

    /// The image.
    public let image: ImageID
    /// The project's id.
    public let project: String
    /// The project's answer.
    public let status: Status
    /// When the image was shared with it.
    public let createdAt: Date
    /// When it last answered.
    public let updatedAt: Date

    /// Creates a member.
    public init(image: ImageID, project: String, status: Status, createdAt: Date, updatedAt: Date) {
        self.image = image
        self.project = project
        self.status = status
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case image = "image_id"
        case project = "member_id"
        case status
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}
