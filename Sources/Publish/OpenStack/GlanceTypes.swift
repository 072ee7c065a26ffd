import DiskImages
import Foundation
import SystemPackage

// What Glance says and is told, in the words that all registries share.

extension Image {
    /// The image that a Glance tells of.
    ///
    /// - Throws: ``RegistryError`` with the code io where it has a state or visibility that nobody knows.
    init(_ image: GlanceImage) throws(RegistryError) {
        guard
            let id = ImageID(image.id),
            let status = ImageStatus(rawValue: image.status.rawValue),
            let visibility = Visibility(rawValue: image.visibility)
        else {
            throw RegistryError(
                .io,
                "Glance tells of an image '\(image.id)' in the state '\(image.status)', which is not understood"
            )
        }
        self.init(
            id: id,
            name: image.name,
            status: status,
            visibility: visibility,
            isProtected: image.isProtected,
            tags: image.tags,
            properties: image.properties,
            minDisk: Int(image.minDisk),
            minRAM: Int(image.minRAM),
            createdAt: image.createdAt ?? Date(timeIntervalSince1970: 0),
            updatedAt: image.updatedAt ?? Date(timeIntervalSince1970: 0)
        )
        isHidden = image.isHidden
        owner = image.owner
        diskFormat = image.diskFormat.map(DiskFormatName.init)
        containerFormat = image.containerFormat.map(ContainerFormatName.init)
        size = image.size
        virtualSize = image.virtualSize
        checksum = image.checksum
        osHashAlgorithm = image.osHashAlgorithm
        osHashValue = image.osHashValue
        stores = image.stores ?? []
    }

    /// Refuses an image that is not of these bytes, or of which any of these digests is another one.
    ///
    /// A Glance that has no digest of them, as for volumes, leaves the size alone to compare. Of what it has converted it has those of what it
    /// made, so that this is damage in any case.
    func require(_ digests: KnownDigests) throws(RegistryError) {
        guard let difference = difference(from: digests) else { return }
        throw RegistryError(.corrupt, "image \(id) is damaged: \(difference)")
    }

    /// Refuses an image that was just made of a file, unless it is complete and of the file's bytes.
    ///
    /// An answer of success alone tells neither: a proxy may give one in Glance's place, and then there are no bytes.
    /// - Parameters:
    ///   - digests: The file's; all are computed where these are not those that the image can be compared by.
    ///   - draft: What the image was to be, where something may have converted it.
    /// - Throws: ``RegistryError`` with the code mismatch; `DiskImageError` where the file cannot be read;
    ///   `CancellationError`.
    func requireStored(_ file: FilePath, _ digests: KnownDigests, of draft: ImageDraft? = nil) async throws {
        guard status == .active, size != nil else {
            throw RegistryError(
                .mismatch,
                "image \(id) was sent, and yet it is '\(status.rawValue)' and "
                    + (size.map { "has \($0) bytes" } ?? "has no bytes")
                    + ": something on the way to the cloud may have answered in its place"
            )
        }
        var digests = digests
        if !digests.suffice(for: self) { digests = KnownDigests(try await FileDigester.digest(file)) }
        guard let difference = difference(from: digests) else { return }
        if let conversion = draft.flatMap({ conversion(from: $0) }) {
            throw RegistryError(
                .mismatch,
                "the cloud converted image \(id) \(conversion) while it imported it, so that its bytes cannot be compared with the "
                    + "file's: \(difference); without an import it stores what is sent, and 'image stage' and 'image import' leave it to the cloud"
            )
        }
        throw RegistryError(
            .mismatch,
            "what the cloud stored as image \(id) is not what was sent: \(difference)"
        )
    }

    /// What a plugin of Glance's import made of an image; nil where it is in the format in which it was sent.
    ///
    /// Only they change the formats of an image that was made with them (glance/async_/flows/plugins, image_conversion.py and
    /// image_decompression.py).
    private func conversion(from draft: ImageDraft) -> String? {
        func change(_ old: String?, _ new: String?) -> String? {
            guard let old, let new, old != new else { return nil }
            return "from \(old) to \(new)"
        }
        return change(draft.diskFormat?.rawValue, diskFormat?.rawValue)
            ?? change(draft.containerFormat?.rawValue, containerFormat?.rawValue)
    }

    /// In what an image differs from a file, as far as both are known.
    private func difference(from digests: KnownDigests) -> String? {
        let known = digests.values
        return if let size, size != digests.size {
            "it has \(size) bytes instead of \(digests.size)"
        } else if let osHashAlgorithm, let osHashValue, let own = known[osHashAlgorithm], own != osHashValue {
            "its \(osHashAlgorithm) is \(osHashValue) instead of \(own)"
        } else if let checksum, let own = known["md5"], own != checksum {
            "its md5 is \(checksum) instead of \(own)"
        } else {
            nil
        }
    }
}

extension ImageMember {
    init(_ member: GlanceMember) throws(RegistryError) {
        guard let image = ImageID(member.imageID), let status = Status(rawValue: member.status.rawValue) else {
            throw RegistryError(.io, "Glance tells of a member of the image '\(member.imageID)', which is no id")
        }
        self.init(
            image: image,
            project: member.projectID,
            status: status,
            createdAt: member.createdAt ?? Date(timeIntervalSince1970: 0),
            updatedAt: member.updatedAt ?? Date(timeIntervalSince1970: 0)
        )
    }
}

extension GlanceQuery {
    init(_ query: ImageQuery) {
        self.init()
        names = query.name.map { [$0] } ?? []
        statuses = query.status.map { [GlanceImage.Status(rawValue: $0.rawValue)] } ?? []
        visibility =
            switch query.visibility {
            case nil: nil
            case .all: "all"
            case .only(let visibility): visibility.rawValue
            }
        memberStatus = query.memberStatus?.rawValue ?? "all"
        owner = query.owner
        // Without it a Glance lists those that are not hidden.
        isHidden = query.isHidden ? true : nil
        tags = query.tags
        properties = query.properties
        sort = query.sort.compactMap { item in
            SortKey(rawValue: item.key.rawValue).map { ($0, !item.isDescending) }
        }
        marker = query.marker?.description
        if let limit = query.limit { pageSize = min(limit, 200) }
    }
}

extension GlanceNewImage {
    init(_ draft: ImageDraft) {
        self.init(
            name: draft.name,
            diskFormat: draft.diskFormat?.rawValue,
            containerFormat: draft.containerFormat?.rawValue
        )
        id = draft.id?.description
        visibility = draft.visibility?.rawValue
        isProtected = draft.isProtected ? true : nil
        isHidden = draft.isHidden ? true : nil
        owner = draft.owner
        minRAM = draft.minRAM
        minDisk = draft.minDisk
        tags = draft.tags
        properties = draft.properties
    }
}

extension GlancePatch {
    /// The patch that makes of an image what an update asks for.
    ///
    /// - Parameter known: The tags that the image has; of no interest where the update says nothing of tags.
    init(_ update: ImageUpdate, of id: ImageID, tagged known: [String]) throws(RegistryError) {
        self.init()
        if let name = update.name { replace("name", .string(name)) }
        if let format = update.diskFormat { replace("disk_format", .string(format.rawValue)) }
        if let format = update.containerFormat { replace("container_format", .string(format.rawValue)) }
        if let visibility = update.visibility { replace("visibility", .string(visibility.rawValue)) }
        if let isProtected = update.isProtected { replace("protected", .bool(isProtected)) }
        if let isHidden = update.isHidden { replace("os_hidden", .bool(isHidden)) }
        if let owner = update.owner { replace("owner", .string(owner)) }
        if let minDisk = update.minDisk { replace("min_disk", .integer(Int64(minDisk))) }
        if let minRAM = update.minRAM { replace("min_ram", .integer(Int64(minRAM))) }
        if !update.addedTags.isEmpty || !update.removedTags.isEmpty {
            var tags = Set(known).union(update.addedTags)
            for tag in update.removedTags where tags.remove(tag) == nil {
                throw RegistryError(.notFound, "image \(id) has no tag '\(tag)'")
            }
            setTags(tags.sorted())
        }
        for (name, value) in update.properties.sorted(by: { $0.key < $1.key }) { add(name, .string(value)) }
        for name in update.removedProperties { remove(name) }
    }
}

extension RegistryError {
    /// A cloud's refusal, or that it could not be asked.
    public init(_ error: OpenStackError) {
        let code: Code =
            switch error.code {
            case .configuration, .unknownCloud, .unsupported, .noEndpoint: .configuration
            case .ambiguous, .badRequest: .invalid
            case .unauthorized: .unauthorized
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .conflict, .gone, .noData: .conflict
            case .tooLarge: .tooLarge
            case .unsupportedMedia: .unsafe
            case .changed: .corrupt
            case .tooManyRequests, .unavailable, .unreachable, .timeout, .stalled, .connectionLost: .unavailable
            case .tls, .redirected, .webPage: .configuration
            case .outOfRange, .httpStatus, .malformed, .file: .io
            }
        self.init(code, [error.description, error.hint].compactMap(\.self).joined(separator: "; "))
    }
}
