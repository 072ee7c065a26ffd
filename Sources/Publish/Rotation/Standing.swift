import DiskImages

/// What a registry has of a file already.
struct Standing: Sendable {
    /// An image with the file's bytes and format.
    var found: Image?
    /// The file's digests, where they had to be computed to know.
    var digests: FileDigests?
    /// What runs that were killed have left.
    var leftovers: [Image] = []

    /// Looks among the images of a name.
    ///
    /// The file is read only where an image has its size: for nearly every new image that is none, and its digests are computed while it
    /// is sent.
    /// - Parameters:
    ///   - request: nil for a file that is not finished.
    ///   - isOurs: Whether a half-made image is this publisher's own, or nobody's any more. Another one's is still being worked on: its owner
    ///     may delete it at any moment, also when it has the name.
    /// - Throws: ``RegistryError`` with the code conflict where a rollback took the name from these bytes; `CancellationError`.
    init(
        _ request: ImageRequest?,
        _ draft: ImageDraft,
        _ images: [Image],
        _ rule: RotationRule,
        isOurs: (Image) -> Bool
    ) async throws {
        // Another format of the same bake may be on its way at the same time.
        let incoming = images.filter { $0.isIncoming && (rule.format == nil || $0.diskFormat == rule.format) }
        leftovers = incoming
        guard let request else { return }
        let holders = images.filter {
            $0.holds(rule.name) && (rule.format == nil || $0.diskFormat == rule.format)
        }
        let refusing: Image?
        do {
            let size = try FileIO.status(at: FileIO.absolute(request.file))?.size
            let alike = images.filter { image in
                image.hasBytes && image.size == size && (!image.isIncoming || isOurs(image))
                    && image.diskFormat == draft.diskFormat
                    && image.containerFormat == draft.containerFormat
                    && (request.store == nil || image.stores.isEmpty || image.stores.contains(request.store ?? ""))
            }
            let mayBeRefused = holders.contains { RefusedBytes($0).mayContain(size: size) }
            guard !alike.isEmpty || mayBeRefused else { return }
            let digests: FileDigests
            if let known = request.digests {
                digests = known
            } else {
                digests = try await FileDigester.digest(request.file)
            }
            self.digests = digests
            let same = alike.filter { $0.isSame(as: digests) }
            // One in use before one that is half-made, and the newest of several.
            found = same.max { first, second in
                if first.isIncoming != second.isIncoming { return first.isIncoming }
                if first.isWithdrawn != second.isWithdrawn { return first.isWithdrawn }
                if first.isUsable != second.isUsable { return !first.isUsable }
                return Image.isOlder(first, second)
            }
            refusing = holders.first { RefusedBytes($0).contains(digests) }
        } catch let error as DiskImageError {
            throw RegistryError(error)
        }
        if let refusing, found == nil {
            throw RegistryError(
                .conflict,
                "a rollback took the name '\(draft.name ?? "")' from these bytes, as the property "
                    + "\(ImageProperty.refused) of the image \(refusing.id) says"
            )
        }
        if let found, found.isWithdrawn {
            throw RegistryError(
                .conflict,
                "a rollback took the name '\(draft.name ?? "")' from these bytes, which are in the image \(found.id)"
            )
        }
        leftovers = incoming.filter { $0.id != found?.id }
    }
}
