extension ImageRegistry {
    /// Waits until an import that was begun has come to its end.
    ///
    /// Glance keeps in properties which task has the image, and which stores have not got it yet; one that failed takes the image back to where it
    /// was, and names the store (`os_glance_import_task`, `os_glance_importing_to_stores`, `os_glance_failed_import`).
    ///
    /// - Parameter patience: For how long nothing of the image may change before it is given up: a worker that was killed
    ///   tells nobody.
    /// - Throws: ``RegistryError`` with the code conflict where it failed, or unavailable where it was given up.
    public func waitForImport(
        into id: ImageID,
        patience: Duration = CloudTimeouts().afterLastByte
    ) async throws {
        var last: [String] = []
        var moved = ContinuousClock.now
        while true {
            let image = try await show(id.description)
            let marks = image.properties.filter { $0.key.hasPrefix("os_glance_") }.sorted { $0.key < $1.key }
            let state = [image.status.rawValue, "\(image.updatedAt)"] + marks.map { "\($0.key)=\($0.value)" }
            if state != last { (last, moved) = (state, .now) }
            func property(_ name: String) -> String { image.properties[name] ?? "" }
            let failed = property("os_glance_failed_import")
            let isUnderWay =
                !property("os_glance_import_task").isEmpty || !property("os_glance_importing_to_stores").isEmpty
            switch image.status {
            case .active where failed.isEmpty && !isUnderWay: return
            case .active, .queued, .uploading, .importing:
                guard failed.isEmpty, image.status != .queued || isUnderWay else {
                    throw RegistryError(
                        .conflict,
                        "the import of image \(id) failed" + (failed.isEmpty ? "" : " in the store \(failed)")
                    )
                }
            default:
                throw RegistryError(
                    .conflict,
                    "image \(id) came into the state '\(image.status.rawValue)' while it was imported"
                )
            }
            guard ContinuousClock.now - moved < patience else {
                throw RegistryError(
                    .unavailable,
                    "the import of image \(id) does not go on: it is '\(image.status.rawValue)', and nothing of it "
                        + "has changed for \(patience.words)"
                )
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
