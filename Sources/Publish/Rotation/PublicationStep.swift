/// One thing that a publication does or has done, for people and programs.
public struct PublicationStep: Sendable, Hashable, Codable {
    /// What is done.
    public enum Action: String, Sendable, Hashable, Codable, CaseIterable {
        /// The file goes into the registry.
        case upload
        /// The registry has these bytes under the name already, and nothing is sent.
        case skip
        /// What a killed run left goes.
        case remove
        /// A deactivated image is made active.
        case activate
        /// An image takes the name, and all else that is asked for.
        case publish
        /// An image gives the plain name up.
        case rename
        /// An image that turned out bad gives the plain name up.
        case withdraw
        /// An image is hidden.
        case hide
        /// An image is deactivated.
        case deactivate
        /// An image is deleted.
        case delete
        /// A public image becomes one of the community.
        case community
        /// An image stays that would have been deleted.
        case spare
    }

    /// The registry's name.
    public let registry: String
    /// What is done.
    public let action: Action
    /// The image's id; nil for one that is not there yet.
    public let image: String?
    /// The image's name before it; empty for none.
    public let name: String
    /// More about it.
    public let detail: String

    init(_ registry: String, _ action: Action, image: String?, name: String, detail: String) {
        self.registry = registry
        self.action = action
        self.image = image
        self.name = name
        self.detail = detail
    }

    init(_ registry: String, _ step: RotationStep) {
        self.init(
            registry,
            Action(rawValue: step.kind.rawValue) ?? .publish,
            image: step.image.description,
            name: step.name,
            detail: step.detail
        )
    }

    /// An image that is as it was published.
    public static func unchanged(_ image: Image, in registry: String) -> PublicationStep {
        PublicationStep(
            registry,
            .skip,
            image: image.id.description,
            name: image.name ?? "",
            detail: "nothing has changed since it was published"
        )
    }

    /// One line.
    public var text: String {
        let title = name.isEmpty ? image ?? "" : "'\(name)'" + (image.map { " (\($0))" } ?? "")
        return "\(registry): \(action.rawValue) \(title)" + (detail.isEmpty ? "" : ": \(detail)")
    }
}
