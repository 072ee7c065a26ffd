/// One change in a registry on the way from one newest image to the next, after which all is as good as before it.
public struct RotationStep: Sendable, Hashable {
    /// What a step is for.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// What a killed run left goes.
        case remove
        /// A deactivated image is made active, to take the name.
        case activate
        /// An image takes the name, its visibility and all else that is asked for, in one change.
        case publish
        /// An image gives the plain name up for one with its date.
        case rename
        /// An image that turned out bad gives the name up, and is marked so that nothing takes it back.
        case withdraw
        /// An image is hidden.
        case hide
        /// An image is deactivated.
        case deactivate
        /// An image is deleted.
        case delete
        /// A public image becomes one of the community.
        case community

        /// Whether the registry is as good without the step: what it is for is tried again by the next run.
        var isRetirement: Bool {
            switch self {
            case .remove, .hide, .deactivate, .delete, .community: true
            case .activate, .publish, .rename, .withdraw: false
            }
        }
    }

    /// What is asked of the registry.
    public enum Change: Sendable, Hashable {
        /// A change of metadata.
        case update(ImageUpdate)
        /// Deactivate, or make active again.
        case setActive(Bool)
        /// Delete.
        case delete
    }

    /// What it is for.
    public let kind: Kind
    /// The image.
    public let image: ImageID
    /// The name that the image has before the step; empty for none.
    public let name: String
    /// What is asked of the registry.
    public let change: Change

    init(_ kind: Kind, _ image: Image, _ change: Change) {
        self.kind = kind
        self.image = image.id
        name = image.name ?? ""
        self.change = change
    }

    /// What the step does, in a few words for people.
    public var detail: String {
        switch (kind, change) {
        case (.rename, .update(let update)): "becomes '\(update.name ?? name)'"
        case (.withdraw, .update(let update)):
            "becomes '\(update.name ?? name)', withdrawn and "
                + (update.isHidden == true ? "hidden" : "out of everybody's list")
        case (.publish, .update(let update)): Self.words(update)
        case (.remove, _): "what a killed run left"
        case (.activate, _): "is active again"
        case (.hide, _): "lists leave it out"
        case (.deactivate, _): "no server starts from it any more"
        case (.delete, _): "its bytes go with it"
        case (.community, _): "leaves everybody's list"
        default: ""
        }
    }

    private static func words(_ update: ImageUpdate) -> String {
        var words: [String] = []
        if let name = update.name { words.append("takes the name '\(name)'") }
        if let visibility = update.visibility { words.append(visibility.rawValue) }
        if let isProtected = update.isProtected { words.append(isProtected ? "protected" : "unprotected") }
        if update.isHidden == false { words.append("listed") }
        if let minDisk = update.minDisk { words.append("min_disk \(minDisk)") }
        if let minRAM = update.minRAM { words.append("min_ram \(minRAM)") }
        let tags = update.addedTags.count
        if tags > 0 { words.append(tags == 1 ? "1 tag" : "\(tags) tags") }
        // What imagebake keeps its own accounts with is of no interest to anybody.
        let properties = update.properties.keys.filter { !ImageProperty.bookkeeping.contains($0) }.sorted()
        if !properties.isEmpty { words.append("sets " + properties.joined(separator: ", ")) }
        return words.isEmpty ? "is complete" : words.joined(separator: ", ")
    }
}
