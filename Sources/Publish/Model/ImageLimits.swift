/// What a registry takes as an image's metadata; the limits are Glance's (api/v2/images.py and its quota defaults).
enum ImageLimits {
    /// How many tags, properties or members an image has at most.
    static let count = 128
    private static let length = 255
    private static let valueLength = 65_535

    /// Glance's own attributes, which no custom property may be called.
    static let reserved: Set<String> = [
        "id", "name", "status", "visibility", "protected", "os_hidden", "checksum", "os_hash_algo", "os_hash_value",
        "owner", "size", "virtual_size", "container_format", "disk_format", "created_at", "updated_at", "tags",
        "min_ram", "min_disk",
        "self", "file", "schema", "direct_url", "locations", "location", "stores", "deleted", "deleted_at",
        "properties", "sha256",
    ]

    /// Checks all of a draft.
    static func check(_ draft: ImageDraft) throws(RegistryError) {
        if let name = draft.name { try check(text: name, "an image's name") }
        try check(draft.diskFormat, draft.containerFormat)
        try check(minDisk: draft.minDisk, minRAM: draft.minRAM)
        try check(tags: draft.tags)
        try check(properties: draft.properties)
        if let owner = draft.owner { try check(project: owner) }
    }

    /// Changes an image as an update says, or nothing of it.
    static func apply(_ update: ImageUpdate, to image: inout Image) throws(RegistryError) {
        var changed = image
        let changesFormat =
            update.diskFormat.map { $0 != image.diskFormat } ?? false
            || update.containerFormat.map { $0 != image.containerFormat } ?? false
        guard !changesFormat || [.queued, .importing].contains(image.status) else {
            throw RegistryError(
                .forbidden,
                "the format of image \(image.id) cannot change: it has its bytes, and is in the state '\(image.status.rawValue)'"
            )
        }
        changed.name = update.name ?? image.name
        changed.diskFormat = update.diskFormat ?? image.diskFormat
        changed.containerFormat = update.containerFormat ?? image.containerFormat
        changed.visibility = update.visibility ?? image.visibility
        changed.isProtected = update.isProtected ?? image.isProtected
        changed.isHidden = update.isHidden ?? image.isHidden
        changed.owner = update.owner ?? image.owner
        changed.minDisk = update.minDisk ?? image.minDisk
        changed.minRAM = update.minRAM ?? image.minRAM
        try changeTags(of: &changed, update)
        try changeProperties(of: &changed, update)
        if let name = update.name { try check(text: name, "an image's name") }
        try check(update.diskFormat, update.containerFormat)
        try check(minDisk: changed.minDisk, minRAM: changed.minRAM)
        try check(tags: changed.tags)
        try check(properties: changed.properties)
        if let owner = update.owner { try check(project: owner) }
        image = changed
    }

    private static func changeTags(of image: inout Image, _ update: ImageUpdate) throws(RegistryError) {
        var tags = Set(image.tags).union(update.addedTags)
        for tag in update.removedTags where tags.remove(tag) == nil {
            throw RegistryError(.notFound, "image \(image.id) has no tag '\(tag)'")
        }
        image.tags = tags.sorted()
    }

    private static func changeProperties(of image: inout Image, _ update: ImageUpdate) throws(RegistryError) {
        for name in update.removedProperties where image.properties.removeValue(forKey: name) == nil {
            throw RegistryError(.conflict, "Property \(name) does not exist.")
        }
        image.properties.merge(update.properties) { $1 }
    }

    static func check(project: String) throws(RegistryError) {
        try check(text: project, "a project")
    }

    private static func check(_ format: DiskFormatName?, _ container: ContainerFormatName?) throws(RegistryError) {
        if let format, !DiskFormatName.all.contains(format) {
            throw RegistryError(
                .invalid,
                "there is no disk format '\(format)', but \(DiskFormatName.all.map(\.rawValue).joined(separator: ", "))"
            )
        }
        if let container, !ContainerFormatName.all.contains(container) {
            throw RegistryError(
                .invalid,
                "there is no container format '\(container)', but "
                    + ContainerFormatName.all.map(\.rawValue).joined(separator: ", ")
            )
        }
        // The words are those of Glance's API version 1. Version 2 makes such an image (25 and 33 do), of which no service makes anything.
        if let format, let container, format.isAmazon || ["ami", "ari", "aki"].contains(container.rawValue),
            format.rawValue != container.rawValue
        {
            throw RegistryError(
                .invalid,
                "Invalid mix of disk and container formats: disk format '\(format)', container format '\(container)'"
            )
        }
    }

    private static func check(minDisk: Int, minRAM: Int) throws(RegistryError) {
        for (name, value) in [("min_disk", minDisk), ("min_ram", minRAM)] where !(0...Int(Int32.max)).contains(value) {
            throw RegistryError(.invalid, "\(name) is out of range: \(value)")
        }
    }

    private static func check(tags: [String]) throws(RegistryError) {
        for tag in tags { try check(text: tag, "a tag") }
        guard Set(tags).count <= count else { throw RegistryError(.tooLarge, "an image has at most \(count) tags") }
    }

    private static func check(properties: [String: String]) throws(RegistryError) {
        for (name, value) in properties {
            try check(text: name, "a property's name")
            if reserved.contains(name) || name.hasPrefix("os_glance_") {
                throw RegistryError(.forbidden, "the property '\(name)' is reserved")
            }
            guard value.utf8.count <= valueLength, !value.contains("\0") else {
                throw RegistryError(.invalid, "the value of the property '\(name)' is longer than \(valueLength) bytes")
            }
        }
        guard properties.count <= count else {
            throw RegistryError(.tooLarge, "an image has at most \(count) properties")
        }
    }

    /// Refuses properties that Nova would refuse when a server is made of the image, or read otherwise than they are meant.
    static func checkVocabulary(_ properties: [String: String]) throws(RegistryError) {
        let errors = PropertyCheck().problems(properties).filter { $0.severity == .error }
        guard let first = errors.first else { return }
        let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
        throw RegistryError(.invalid, first.description + more)
    }

    /// Checks the names of documents.
    static func check(documents: [ImageDocument.Draft]) throws(RegistryError) {
        let names = documents.map(\.name)
        for name in names {
            try check(text: name, "a document's name")
            guard name.utf8.count <= length, !name.contains("/"), name != ".", name != ".." else {
                throw RegistryError(.invalid, "'\(name)' is not the name of a document")
            }
        }
        guard Set(names).count == names.count else {
            throw RegistryError(.invalid, "two documents have the same name: \(names.joined(separator: ", "))")
        }
    }

    /// A text of 1 to 255 characters that cannot upset a terminal or a table.
    private static func check(text value: String, _ what: String) throws(RegistryError) {
        guard !value.isEmpty, value.unicodeScalars.count <= length else {
            throw RegistryError(.invalid, "\(what) has 1 to \(length) characters, not \(value.unicodeScalars.count)")
        }
        let isPlain = value.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .lineSeparator
                && scalar.properties.generalCategory != .paragraphSeparator
        }
        guard isPlain else { throw RegistryError(.invalid, "\(what) has a control character") }
    }
}
