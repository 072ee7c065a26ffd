public import Foundation

/// What is known of a bake, past or present.
public struct BakeRecord: Codable, Equatable, Sendable {
    /// Where a bake stands.
    public enum State: String, Codable, Sendable {
        /// A process works on it.
        case running
        /// It ended well.
        case done
        /// It failed.
        case failed
        /// It was interrupted, or its process was killed.
        case interrupted
    }

    /// The id, such as `20261124-091200-web`.
    public let id: String
    /// The recipe's name.
    public let name: String
    /// The recipe's file as it was given.
    public let recipe: String
    /// The version of imagebake.
    public let version: String
    /// When it began.
    public let started: Date
    /// When it ended; nil while it runs.
    public var finished: Date?
    /// Where it stands.
    public var state: State
    /// The exit status of the command.
    public var status: Int32?
    /// What failed.
    public var message: String?
    /// The ids of the images that it published.
    public var images: [String]
    /// The bills of materials of its artefacts; nil in the records of older versions.
    public var documents: [String]?

    /// Creates the record of a bake that begins.
    public init(id: String, name: String, recipe: String, started: Date) {
        self.id = id
        self.name = name
        self.recipe = recipe
        self.started = started
        version = Version.current
        state = .running
        images = []
    }
}
