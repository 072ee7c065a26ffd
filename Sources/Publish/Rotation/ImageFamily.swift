import Foundation

/// The images of one project that have a name, or had it before a newer image took it.
struct ImageFamily: Sendable {
    /// The images, in no order.
    let images: [Image]
    /// Whether the login names no project, and images are there that may be its own or another's.
    let isOwnerUnknown: Bool

    /// Asks a registry for them, hidden ones too.
    ///
    /// Images of other projects are none of them, whatever their names: they are neither ours to move nor to count. Nor are the kernels and
    /// ramdisks of images, which share the fate of these (``ImageParts``).
    /// - Parameter owner: Whose they are where the login names no project, as an administrator's of the whole system; nil for those of nobody,
    ///   which all are in a Glance without Keystone.
    /// - Throws: ``RegistryError`` or `CancellationError`.
    init(_ name: String, in registry: any ImageRegistry, owner: String? = nil) async throws {
        let project = try await registry.ownProject() ?? owner
        var found: [ImageID: Image] = [:]
        for isHidden in [false, true] {
            var byName = ImageQuery()
            byName.owner = project
            byName.isHidden = isHidden
            var byProperty = byName
            byName.name = name
            byProperty.properties = [ImageProperty.name: name]
            for query in [byName, byProperty] {
                for image in try await registry.list(query) { found[image.id] = image }
            }
        }
        isOwnerUnknown = project == nil && found.values.contains { $0.owner != nil }
        images = found.values.filter { image in
            // A registry that passes over a filter must not make us move what is another's; without a project there is no filter.
            image.owner == project && (image.name == name || image.account(ImageProperty.name) == name)
                && image.account(ImageProperty.part) == nil
        }
    }
}
