import Foundation

/// The images of one project that have a name, or had it before a newer image took it.
struct ImageFamily: Sendable {
    /// The images, in no order.
    let images: [Image]

    /// Asks a registry for them, hidden ones too.
    ///
    /// Images of other projects are none of them, whatever their names: they are neither ours to move nor to count.
    /// - Throws: ``RegistryError`` or `CancellationError`.
    init(_ name: String, in registry: any ImageRegistry) async throws {
        let project = try await registry.ownProject()
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
        images = found.values.filter { image in
            // A registry that passes over a filter must not make us move what is another's.
            (project == nil || image.owner == project)
                && (image.name == name || image.properties[ImageProperty.name] == name)
        }
    }
}
