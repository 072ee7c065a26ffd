import SystemPackage

/// Reads a tree that is an ISO image of this machine, through the cache.
struct ISOTree {
    let path: FilePath
    let cache: TreeCache
    let digests: DigestCache
    let options: TreeFetcher.Options
    let release: WantedRelease?
    let progress: @Sendable (TreeFetchEvent) -> Void

    /// Where virt-install and Anaconda's own media have kernel and initrd.
    private static let usualPlaces = [
        TreeImages(kernel: "images/pxeboot/vmlinuz", initrd: "images/pxeboot/initrd.img"),
        TreeImages(kernel: "isolinux/vmlinuz", initrd: "isolinux/initrd.img"),
    ]

    func read(arch: String, pin: String?, medium: MediumTrust) async throws(TreeError) -> InstallTree {
        let image = try ISOImage(path)
        let check = try await MediumCheck(medium, of: path)
        // What is said to be verified is verified now; where nothing is said, an image that did not change is not read.
        let isRead = check.isDemanding || pin != nil || options.notBefore != nil
        let found = try await digests.digests(of: path, check.algorithms, isRead: isRead, progress: progress)
        try image.checkUnchanged()
        let digest = found[.sha256] ?? ""
        try TreeChecks.pin(pin, digest, path.string, what: "the medium")
        try check.verify(found, progress)
        let trust = max(check.trust, pin == nil ? .local : .pinned)
        let entry = cache.entry("iso:\(digest)", arch: arch, treeinfo: [])
        cache.sweep()
        if let tree = try await reuse(entry, image, digest, arch, trust) { return tree }
        let lock = try await cache.lock(entry) { progress(.waiting(source: path.string)) }
        defer { lock.release() }
        if let tree = try await reuse(entry, image, digest, arch, trust) { return tree }
        let draft = try cache.draft()
        do throws(TreeError) {
            let marker = try await fill(draft, image, arch)
            try image.checkUnchanged()
            let (published, lease) = try cache.publish(draft, as: entry, marker, notBefore: options.notBefore)
            return try tree(entry, image, digest, arch, trust, published, lease)
        } catch {
            draft.discard()
            throw error
        }
    }

    /// The tree where its image has been hashed and its files extracted before; nothing else is read.
    ///
    /// - Throws: what the recipe says of the medium, as far as that can be judged without hashing it.
    func cached(arch: String, pin: String?, medium: MediumTrust) async throws(TreeError) -> InstallTree? {
        let image = try ISOImage(path)
        let check = try await MediumCheck(medium, of: path)
        guard let found = try digests.known(of: path, check.algorithms), let digest = found[.sha256] else { return nil }
        try TreeChecks.pin(pin, digest, path.string, what: "the medium")
        try check.verify(found, progress)
        let trust = max(check.trust, pin == nil ? .local : .pinned)
        let entry = cache.entry("iso:\(digest)", arch: arch, treeinfo: [])
        guard let (marker, lease) = try cache.lease(entry), cache.isNew(entry, since: options.notBefore) else {
            return nil
        }
        return try tree(entry, image, digest, arch, trust, marker, lease)
    }

    private func reuse(
        _ entry: FilePath,
        _ image: ISOImage,
        _ digest: String,
        _ arch: String,
        _ trust: TreeTrust
    ) async throws(TreeError) -> InstallTree? {
        guard let (marker, lease) = try cache.lease(entry), cache.isNew(entry, since: options.notBefore),
            try await cache.isIntact(entry, marker, progress)
        else { return nil }
        cache.touch(entry)
        progress(.reused(entry: entry))
        return try tree(entry, image, digest, arch, trust, marker, lease)
    }

    private func fill(_ draft: TreeCache.Draft, _ image: ISOImage, _ arch: String) async throws(TreeError)
        -> TreeCache.Marker
    {
        let treeinfoFile = draft.path.appending(TreeCache.treeinfoName)
        let names = [".treeinfo", "treeinfo"]
        let present = try await image.entries(names + [".discinfo"])
        let images: TreeImages
        var checksums: [String: Checksum] = [:]
        var product: String?
        let name = names.first { present[$0] != nil }
        if let name, let entry = present[name] {
            try await image.extract(name, entry, to: treeinfoFile, limit: options.treeinfoLimit)
            let bytes = try Files.read(treeinfoFile, limit: options.treeinfoLimit)
            let location = "\(path):/\(name)"
            let treeinfo = try TreeInfo(parsing: bytes, location: location)
            try release?.check(treeinfo, .iso(path))
            images = try treeinfo.images(for: arch, location: location)
            checksums = treeinfo.checksums
        } else {
            try Files.writeAtomically([], to: treeinfoFile)
            images = try await usualImages(image, arch)
            product = try await discinfo(image, present[".discinfo"], draft)
        }
        let found = try await image.entries([images.kernel, images.initrd])
        let kernel = try await file(
            images.kernel,
            image,
            found,
            checksums,
            draft.path.appending(TreeCache.kernelName),
            limit: options.kernelLimit
        )
        let initrd = try await file(
            images.initrd,
            image,
            found,
            checksums,
            draft.path.appending(TreeCache.initrdName),
            limit: options.initrdLimit
        )
        return TreeCache.Marker(
            source: path.lastComponent?.string ?? path.string,
            kernelDigest: kernel.digest,
            kernelSize: kernel.size,
            initrdDigest: initrd.digest,
            initrdSize: initrd.size,
            verification: TreeChecks.verification(checksums[images.kernel], checksums[images.initrd]),
            images: name == nil ? [images.kernel, images.initrd] : nil,
            product: product,
            treeinfoName: name
        )
    }

    private func usualImages(_ image: ISOImage, _ arch: String) async throws(TreeError) -> TreeImages {
        let present = try await image.entries(Self.usualPlaces.flatMap { [$0.kernel, $0.initrd] })
        if let images = Self.usualPlaces.first(where: { present[$0.kernel] != nil && present[$0.initrd] != nil }) {
            return images
        }
        throw TreeError(
            .noTreeinfo,
            at: path.string,
            "\(path) is no installation medium: it has no .treeinfo",
            cause: "nor a kernel and an initrd in images/pxeboot or isolinux",
            hint: "give the installer's DVD or boot image, not a live or a cloud image"
        )
    }

    /// The second line of `.discinfo`, as "CentOS Linux 8"; the first is a time, the third the architecture.
    private func discinfo(
        _ image: ISOImage,
        _ entry: ISOImage.Entry?,
        _ draft: TreeCache.Draft
    ) async throws(TreeError) -> String? {
        guard let entry, entry.kind == "-", entry.size <= 4096 else { return nil }
        let file = draft.path.appending("discinfo")
        try await image.extract(".discinfo", entry, to: file, limit: 4096)
        let lines = String(decoding: try Files.read(file, limit: 4096), as: UTF8.self).split(separator: "\n")
        Files.remove(file)
        guard lines.count > 1, case let product = lines[1].trimmed, !product.isEmpty else { return nil }
        return product.escapingControls.shortened
    }

    private func file(
        _ name: String,
        _ image: ISOImage,
        _ found: [String: ISOImage.Entry],
        _ checksums: [String: Checksum],
        _ target: FilePath,
        limit: Int
    ) async throws(TreeError) -> (digest: String, size: Int64) {
        guard let entry = found[name] else {
            throw TreeError(
                .missingFile,
                at: "\(path):/\(name)",
                "there is no /\(name) on \(path)",
                hint: "its treeinfo names a file that is not there: fetch the image again and compare its checksum"
            )
        }
        progress(.downloading(file: name, received: 0, total: entry.size))
        try await image.extract(name, entry, to: target, limit: limit)
        let checksum = checksums[name]
        let digests = try await FileDigest.digests(of: target, TreeChecks.algorithms(checksum))
        try TreeChecks.verify(digests, checksum, file: name, location: "\(path):/\(name)", progress: progress)
        progress(.downloading(file: name, received: entry.size, total: entry.size))
        return (digests[.sha256] ?? "", entry.size)
    }

    private func tree(
        _ entry: FilePath,
        _ image: ISOImage,
        _ digest: String,
        _ arch: String,
        _ trust: TreeTrust,
        _ marker: TreeCache.Marker,
        _ lease: TreeLease
    ) throws(TreeError) -> InstallTree {
        let bytes = try Files.read(entry.appending(TreeCache.treeinfoName), limit: options.treeinfoLimit)
        let treeinfo: TreeInfo
        if let images = marker.images, images.count == 2 {
            treeinfo = TreeInfo(
                product: marker.product,
                label: image.label,
                arch: arch,
                images: TreeImages(kernel: images[0], initrd: images[1])
            )
        } else {
            treeinfo = try TreeInfo(parsing: bytes, location: "\(path):/\(marker.treeinfoName ?? ".treeinfo")")
        }
        try release?.check(treeinfo, .iso(path))
        return InstallTree(
            source: .iso(path),
            treeinfo: treeinfo,
            treeinfoName: marker.treeinfoName,
            treeinfoDigest: FileDigest.sha256(bytes),
            kernel: entry.appending(TreeCache.kernelName),
            initrd: entry.appending(TreeCache.initrdName),
            kernelDigest: marker.kernelDigest,
            initrdDigest: marker.initrdDigest,
            verification: marker.verification,
            trust: max(trust, marker.verification == .strong ? .checksummed : .local),
            payload: InstallTree.Payload(treeinfo),
            repositoryISO: path,
            medium: InstallTree.Medium(digest: digest, label: image.label),
            lease: lease
        )
    }
}
