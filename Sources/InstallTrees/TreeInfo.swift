/// What a tree's `.treeinfo` says: the product, where kernel and initrd are, and the checksums of its files.
///
/// The format is productmd's (1.x) and that of its predecessors: INI, `[general]` for the old readers, `[release]` and
/// `[tree]` for the new ones. Every path in it is checked to stay inside the tree.
/// Source: productmd, doc/treeinfo-1.1.rst.
public struct TreeInfo: Sendable, Hashable {
    /// The product family, as "CentOS" or "Debian": `[general] family`, else `[release] name`.
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
    /// Kernel and initrd by the `<arch>` of `[images-<arch>]`; sections without both, as those of a Xen guest may be, are left out.
    public let images: [String: TreeImages]
    /// Checksums by path relative to the tree.
    public let checksums: [String: Checksum]
    /// `[stage2] mainimage`, relative to the tree.
    public let mainImage: String?

    /// Reads a treeinfo.
    ///
    /// - Parameters:
    ///   - bytes: the file, UTF-8.
    ///   - location: the URL or path that errors name.
    /// - Throws: `notTreeinfo` for HTML and binary data, `malformedTreeinfo` with a line, `unsafePath` with a line.
    public init(parsing bytes: [UInt8], location: String) throws(TreeError) {
        let document = try Self.document(bytes, location)
        guard document["general"] != nil || document["release"] != nil else {
            throw Self.malformed(location, line: 1, "neither a [general] nor a [release] section")
        }
        func value(_ section: String, _ key: String) -> String? {
            guard let value = document[section]?[key]?.value, !value.isEmpty else { return nil }
            return value
        }
        guard let family = value("general", "family") ?? value("release", "name") else {
            let line = document["general"]?.line ?? document["release"]?.line ?? 1
            throw Self.malformed(location, line: line, "no 'family' in [general]")
        }
        self.family = family
        version = value("general", "version") ?? value("release", "version")
        arch = value("general", "arch") ?? value("tree", "arch")
        name = value("general", "name") ?? value("release", "name")
        releaseName = value("release", "name")
        releaseShort = value("release", "short")
        releaseVersion = value("release", "version")
        images = try Self.images(document, location)
        checksums = try Self.checksums(document, location)
        if let entry = document["stage2"]?["mainimage"], !entry.value.isEmpty {
            mainImage = try Self.path(entry, entry.value, location)
        } else {
            mainImage = nil
        }
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

    private static func document(_ bytes: [UInt8], _ location: String) throws(TreeError) -> INIDocument {
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        let space: Set<UInt8> = [9, 10, 13, 32]
        guard let first = body.first(where: { !space.contains($0) }) else {
            throw TreeError(.notTreeinfo, at: location, "\(location) is empty")
        }
        if first == UInt8(ascii: "<") {
            throw TreeError(
                .notTreeinfo,
                at: location,
                "\(location) is a web page, not a treeinfo",
                hint: "a log-in page of the network or a directory listing came instead of the file; "
                    + "open the address in a browser, and give the base of the tree, the directory that holds .treeinfo"
            )
        }
        guard !body.contains(0), let text = String(validating: body, as: UTF8.self) else {
            throw TreeError(.notTreeinfo, at: location, "\(location) is binary data, not a treeinfo")
        }
        do {
            return try INIDocument(parsing: text)
        } catch {
            throw malformed(location, line: error.line, error.message)
        }
    }

    private static func images(_ document: INIDocument, _ location: String) throws(TreeError) -> [String: TreeImages] {
        var result: [String: TreeImages] = [:]
        for section in document.sections where section.name.hasPrefix("images-") {
            guard let kernel = section["kernel"], let initrd = section["initrd"] else { continue }
            result[String(section.name.dropFirst("images-".count))] = TreeImages(
                kernel: try path(kernel, kernel.value, location),
                initrd: try path(initrd, initrd.value, location)
            )
        }
        return result
    }

    private static func checksums(_ document: INIDocument, _ location: String) throws(TreeError) -> [String: Checksum] {
        var result: [String: Checksum] = [:]
        for entry in document["checksums"]?.entries ?? [] {
            guard let checksum = Checksum(entry.value) else {
                let known = Checksum.Algorithm.allCases.map(\.rawValue).joined(separator: ", ")
                throw malformed(
                    location,
                    line: entry.line,
                    "the checksum of '\(entry.key)' is not 'algorithm:hexadecimal' with one of \(known)"
                )
            }
            let path = try path(entry, entry.key, location)
            // './a' and 'a' are one file: two different promises about it cannot both be kept.
            if let other = result[path], other != checksum {
                throw malformed(location, line: entry.line, "'\(path)' has two different checksums")
            }
            result[path] = checksum
        }
        return result
    }

    private static func path(
        _ entry: INIDocument.Entry,
        _ text: String,
        _ location: String
    ) throws(TreeError) -> String {
        if let path = TreePath.normalized(text) { return path }
        throw TreeError(
            .unsafePath,
            at: location,
            line: entry.line,
            "\(location):\(entry.line): the path '\(text)' is not a plain path inside the tree",
            hint: "do not use this tree: a treeinfo names files of its own tree only"
        )
    }

    private static func malformed(_ location: String, line: Int, _ message: String) -> TreeError {
        TreeError(
            .malformedTreeinfo,
            at: location,
            line: line,
            "\(location):\(line): \(message)",
            hint: "the treeinfo is damaged or of another kind; compare it with that of another mirror of the same tree"
        )
    }
}
