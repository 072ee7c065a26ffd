import Foundation

/// The id of an image: a UUID, written in lower case as Glance does.
public struct ImageID: Sendable, Hashable, Codable, LosslessStringConvertible {
    private let uuid: UUID

    /// A new, random id.
    public init() {
        uuid = UUID()
    }

    /// The id that a text names, in either case; nil where it is no UUID.
    public init?(_ description: String) {
        guard let uuid = UUID(uuidString: description) else { return nil }
        self.uuid = uuid
    }

    /// The id in lower case.
    public var description: String {
        uuid.uuidString.lowercased()
    }

    /// Reads the id from a string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = ImageID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = id
    }

    /// Writes the id as a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
