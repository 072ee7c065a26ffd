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
        // By hand, since a long list has many ids: Foundation's text is in upper case, and to lower it makes a second one.
        let digits = StaticString("0123456789abcdef").utf8Start
        return String(unsafeUninitializedCapacity: 36) { buffer in
            withUnsafeBytes(of: uuid.uuid) { bytes in
                var place = 0
                for (index, byte) in bytes.enumerated() {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        buffer[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    buffer[place] = digits[Int(byte >> 4)]
                    buffer[place + 1] = digits[Int(byte & 15)]
                    place += 2
                }
                return place
            }
        }
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
