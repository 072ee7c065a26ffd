import DiskImages
import Foundation
import Publish

/// One image that is to be in one registry.
struct PublicationOrder: Sendable {
    /// The registry's name, as the recipe or the command line has it.
    let registryName: String
    /// The registry.
    let registry: any ImageRegistry
    /// The image.
    var request: ImageRequest
    /// What becomes of those that had its name.
    let rule: RotationRule
    /// A standard for its properties.
    let profile: PropertyProfile?
    /// Which artefact it is made of, counted from 0.
    let source: Int
    /// The format that the artefact is to be converted from; nil for one that is published as it is.
    let convertedFrom: DiskFormat?
    /// Why it cannot be published, as far as that is known before the attempt; the others go on.
    var obstacle: RegistryError?

    /// What a person calls it.
    var title: String { "\(registryName): '\(rule.name)' (\(request.formatName))" }

    /// What publishes it.
    ///
    /// - Throws: ``obstacle``.
    func publisher(
        _ identity: PublisherIdentity,
        warn: @escaping @Sendable (String) -> Void,
        note: @escaping @Sendable (PublicationStep) -> Void = { _ in }
    ) throws(RegistryError) -> ImagePublisher {
        if let obstacle { throw obstacle }
        let name = registryName
        return ImagePublisher(
            registry: registry,
            rule: rule,
            publisher: identity.text(in: registryName),
            profile: profile,
            warn: { warn("\(name): \($0)") },
            note: note
        )
    }
}
