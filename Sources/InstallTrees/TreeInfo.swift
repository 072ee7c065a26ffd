/// What a tree's `.treeinfo` says: the product, where kernel and initrd are, and the checksums of its files.
///
/// The format is productmd's (1.x) and that of its predecessors: INI, `[general]` for the old readers, `[release]` and
/// `[tree]` for the new ones. Every path in it is checked to stay inside the tree, those of repositories to be relative.
/// Source: productmd, doc/treeinfo-1.1.rst.
public struct TreeInfo: Sendable, Hashable {
    /// The product family, as "CentOS" or "Debian": `[general] family`, else `[release] name`; empty for a medium without
    /// a treeinfo.
    public let family: String
    /// The product's version, as "7" or "12": `[general] version`, else `[release] version`.
    public let version: String?
    /// The tree's main architecture: `[general] arch`, else `[tree] arch`.
    public let arch: String?
    /// The product's name with its version: `[general] name`, else `[release] name`.
    public let name: String?
    /// `[release] name`.
    public let releaseName: String?
    /// `[release] short`.
    public let releaseShort: String?
    /// `[release] version`.
    public let releaseVersion: String?
    /// The first variant's UID: `[general] variant`, else the first of `[tree] variants`.
    public let variant: String?
    /// Kernel and initrd by the `<arch>` of `[images-<arch>]`; sections without both, as those of a Xen guest may be, are left out.
    public let images: [String: TreeImages]
    /// Checksums by path relative to the tree.
    public let checksums: [String: Checksum]
    /// `[stage2] mainimage`, relative to the tree.
    public let mainImage: String?
    /// `[stage2] instimage`, relative to the tree: what old releases of Anaconda had beside the main image.
    public let instImage: String?
    /// The variants and add-ons in the file's order.
    public let variants: [TreeVariant]
    /// `[media]`, else the same keys of `[general]`, as RHEL 5 has them; nil for a tree that is no medium.
    public let media: TreeMedia?
    /// What the product is, told from its names and versions.
    public let release: TreeRelease

    /// Reads a treeinfo.
    ///
    /// - Parameters:
    ///   - bytes: the file, UTF-8.
    ///   - location: the URL or path that errors name.
    /// - Throws: `webPage` for HTML, `notTreeinfo` for binary data and another kind of file, `malformedTreeinfo` with a
    ///   line, `unsafePath` with a line.
    public init(parsing bytes: [UInt8], location: String) throws(TreeError) {
        let reader = TreeInfoReader(document: try TreeInfoReader.document(bytes, location), location: location)
        try reader.checkKind()
        family = try reader.family()
        version = reader["general", "version"] ?? reader["release", "version"]
        arch = reader["general", "arch"] ?? reader["tree", "arch"]
        name = reader["general", "name"] ?? reader["release", "name"]
        releaseName = reader["release", "name"]
        releaseShort = reader["release", "short"]
        releaseVersion = reader["release", "version"]
        variant = reader["general", "variant"] ?? reader["tree", "variants"]?.split(separator: ",").first?.trimmed
        images = try reader.images()
        checksums = try reader.checksums()
        mainImage = try reader.path("stage2", "mainimage")
        instImage = try reader.path("stage2", "instimage")
        variants = try reader.variants()
        media = try reader.media()
        let isLayered = reader["release", "is_layered"]?.lowercased() == "true"
        release = TreeRelease(
            family: isLayered ? reader["base_product", "name"] ?? family : family,
            name: name,
            version: isLayered ? reader["base_product", "version"] ?? version : version,
            variant: variant
        )
    }

    /// What stands for the treeinfo of a medium that has none.
    ///
    /// - Parameters:
    ///   - product: the name and version that the medium gives itself, the second line of `.discinfo`; nil without one.
    ///   - label: the volume's label.
    ///   - arch: the architecture that was asked for.
    ///   - images: what was found at one of the usual places.
    init(product: String?, label: String, arch: String, images: TreeImages) {
        family = ""
        version = nil
        self.arch = arch
        name = product ?? label
        releaseName = nil
        releaseShort = nil
        releaseVersion = nil
        variant = nil
        self.images = [arch: images]
        checksums = [:]
        mainImage = nil
        instImage = nil
        variants = []
        media = nil
        release = product.map { TreeRelease(product: $0) } ?? TreeRelease(label: label)
    }

    /// The kernel and the initrd for an architecture; `amd64` and `arm64` are taken for `x86_64` and `aarch64`.
    ///
    /// - Throws: `missingArchitecture`, which lists what the tree has.
    public func images(for arch: String, location: String) throws(TreeError) -> TreeImages {
        let alias = ["amd64": "x86_64", "x86_64": "amd64", "arm64": "aarch64", "aarch64": "arm64"][arch]
        if let images = images[arch] ?? alias.flatMap({ self.images[$0] }) { return images }
        let found = images.keys.sorted().joined(separator: ", ")
        throw TreeError(
            .missingArchitecture,
            at: location,
            "the tree \(location) has no kernel and initrd for \(arch)",
            cause: found.isEmpty
                ? "its treeinfo has no [images-...] section with a kernel and an initrd" : "it has them for \(found)",
            hint: "give the location of the tree for \(arch); the architecture is usually a part of its path"
        )
    }
}
