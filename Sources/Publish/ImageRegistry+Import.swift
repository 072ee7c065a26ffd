extension ImageRegistry {
    /// Waits until an import that was begun has come to its end.
    ///
    /// Glance keeps in properties which task has the image, and which stores have not got it yet; one that failed takes the image back to where it
    /// was, and names the store (`os_glance_import_task`, `os_glance_importing_to_stores`, `os_glance_failed_import`).
    ///
    /// - Throws: ``RegistryError`` with the code conflict where it failed.
    public func waitForImport(into id: ImageID) async throws {
        while true {
            let image = try await show(id.description)
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
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
