public import DiskImages
public import SystemPackage

/// What to publish and under which metadata.
public struct ImageRequest: Sendable, Hashable {
    /// The finished image file.
    public var file: FilePath
    /// The name, 1 to 255 characters.
    public var name: String
    /// The format that the file must be in.
    public var diskFormat: DiskFormat
    /// The kernel and the ramdisk that the file, a raw root file system, starts with; nil for a disk that starts by itself.
    ///
    /// ``ImagePublisher`` makes three images of it, of the formats `ami`, `aki` and `ari`.
    public var boot: BootFiles?
    /// What of such three images the file is alone.
    var role: BootRole?
    /// The properties that name its kernel and its ramdisk, when these are there.
    var links: [String: String] = [:]
    /// Whether the registry may share the file's bytes.
    public var sharing: FileSharing
    /// Who may see it.
    public var visibility: Visibility = .private
    /// Whether it will refuse to be deleted.
    public var isProtected = false
    /// Tags of 1 to 255 characters, at most 128; one given twice counts once.
    public var tags: [String] = []
    /// Custom properties, at most 128 together with those below.
    public var properties: [String: String] = [:]
    /// The least memory that it needs, in MiB.
    public var minRAM = 0
    /// The smallest disk in GiB; nil for what the virtual size needs, less than which is refused.
    public var minDisk: Int?
    /// Into which of the registry's stores it goes; nil for the usual one.
    public var store: String?
    /// The file's digests, where they are known; nil to compute them.
    public var digests: FileDigests?
    /// What is kept with it, each under another name.
    public var documents: [ImageDocument.Draft] = []
    /// The property `os_distro`.
    public var osDistro: String?
    /// The property `os_version`.
    public var osVersion: String?
    /// The property `architecture`.
    public var architecture: String?
    /// The property `imagebake_bake_id`.
    public var bakeID: String?
    /// The property `imagebake_recipe_digest`.
    public var recipeDigest: String?
    /// The property `imagebake_tree_trust`.
    public var treeTrust: String?
    /// The property `imagebake_hygiene`.
    public var hygiene: String?

    /// Creates a request; everything else is set by assignment.
    public init(file: FilePath, name: String, diskFormat: DiskFormat, sharing: FileSharing = .reflink) {
        self.file = file
        self.name = name
        self.diskFormat = diskFormat
        self.sharing = sharing
    }
}

extension ImageRequest {
    /// What of three images that belong together the file is; nil for a disk that starts by itself.
    private var ownRole: BootRole? { role ?? (boot == nil ? nil : .root) }

    /// The format that the image will have.
    public var formatName: DiskFormatName {
        ownRole.map { DiskFormatName(rawValue: $0.rawValue) } ?? DiskFormatName(diskFormat)
    }

    /// The format that the file must be in.
    var declaredFormat: DeclaredFormat {
        ownRole.flatMap { DeclaredFormat(rawValue: $0.rawValue) } ?? DeclaredFormat(diskFormat)
    }

    /// The image that it asks for, before its bytes are looked at.
    ///
    /// - Throws: ``RegistryError`` where a property is given twice, or no registry would take the metadata.
    func draft() throws(RegistryError) -> ImageDraft {
        var draft = ImageDraft(name: name)
        draft.diskFormat = formatName
        draft.containerFormat = .usual(for: formatName)
        draft.visibility = visibility
        draft.isProtected = isProtected
        draft.minRAM = minRAM
        draft.tags = tags
        draft.properties = properties
        let own = [
            (ImageProperty.osDistro, osDistro),
            (ImageProperty.osVersion, osVersion),
            (ImageProperty.architecture, architecture),
            (ImageProperty.bakeID, bakeID),
            (ImageProperty.recipeDigest, recipeDigest),
            (ImageProperty.treeTrust, treeTrust),
            (ImageProperty.hygiene, hygiene),
        ]
        for case (let name, let value?) in own {
            if let other = draft.properties[name], other != value {
                throw RegistryError(.invalid, "the property '\(name)' is given twice: '\(other)' and '\(value)'")
            }
            draft.properties[name] = value
        }
        if let boot {
            for name in BootRole.parts.compactMap(\.property) where properties[name] != nil {
                throw RegistryError(.invalid, "the property '\(name)' is that of the image's own kernel and ramdisk")
            }
            // Whoever gives one knows better.
            draft.properties[ImageProperty.commandLine] = properties[ImageProperty.commandLine] ?? boot.commandLine
            draft.properties.merge(links) { $1 }
        }
        try ImageLimits.check(draft)
        try ImageLimits.checkVocabulary(draft.properties)
        try ImageLimits.check(documents: documents)
        return draft
    }

    /// The smallest disk in GiB for a disk of so many bytes.
    func minDisk(virtualSize: Int64) throws(RegistryError) -> Int {
        // Nobody makes a disk of a kernel or a ramdisk.
        if let role, role != .root { return minDisk ?? 0 }
        let needed = Image.minimumDisk(for: virtualSize)
        guard let stated = minDisk else { return needed }
        guard (needed...Int(Int32.max)).contains(stated) else {
            throw RegistryError(.invalid, "min_disk is \(stated) GiB, but the disk inside needs \(needed) GiB")
        }
        return stated
    }
}
