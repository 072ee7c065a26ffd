import SystemPackage

/// Fetches one tree from a URL through the cache.
struct RemoteTree {
    let source: TreeSource
    let base: TreeURL
    let cache: TreeCache
    let download: Download
    let release: WantedRelease?

    /// A treeinfo as it came, and what it says of one architecture.
    private struct Found {
        let name: String
        let url: TreeURL
        let bytes: [UInt8]
        let treeinfo: TreeInfo
        let images: TreeImages
        let verification: InstallTree.Verification
        let digest: String
        let pin: TreePin
    }

    func fetch(arch: String, pin: String?) async throws(TreeError) -> InstallTree {
        let found = try await find(arch, pin)
        try found.pin.checkEarly(found.verification)
        // Before kernel and initrd come: whether they may be used is known already, save for a pin of the whole tree.
        _ = try trust(found, isPinned: found.pin.isGiven && !found.pin.isTreeinfo || found.verification == .strong)
        if found.pin.isTreeinfo, found.verification != .strong { download.progress(.warning(TreePin.treeinfoAlone)) }
        let entry = cache.entry(base.text, arch: arch, treeinfo: found.bytes)
        cache.sweep()
        if let tree = try await reuse(entry, found) { return tree }
        let lock = try await cache.lock(entry) { download.progress(.waiting(source: base.text)) }
        defer { lock.release() }
        if let tree = try await reuse(entry, found) { return tree }
        let draft = try cache.draft()
        do throws(TreeError) {
            let marker = try await fill(draft, found)
            // Nothing that a pin refuses is kept.
            _ = try judge(found, marker)
            let (published, lease) = try cache.publish(
                draft,
                as: entry,
                marker,
                notBefore: download.options.notBefore
            )
            return try tree(entry, found, published, lease)
        } catch {
            draft.discard()
            throw error.code == .checksumMismatch ? try await explained(error, found) : error
        }
    }

    /// The tree where its entry is complete; only `.treeinfo` is fetched.
    func cached(arch: String, pin: String?) async throws(TreeError) -> InstallTree? {
        let found = try await find(arch, pin)
        try found.pin.checkEarly(found.verification)
        let entry = cache.entry(base.text, arch: arch, treeinfo: found.bytes)
        guard let (marker, lease) = try cache.lease(entry), cache.isNew(entry, since: download.options.notBefore) else {
            return nil
        }
        return try tree(entry, found, marker, lease)
    }

    /// What a recipe pins: see ``TreePin``.
    func pin(arch: String) async throws(TreeError) -> String {
        let found = try await find(arch, nil)
        if found.verification == .strong { return "sha256:\(found.digest)" }
        return "sha256:\(try await fetch(arch: arch, pin: nil).fingerprint)"
    }

    private func find(_ arch: String, _ pin: String?) async throws(TreeError) -> Found {
        let (name, url, bytes) = try await treeinfo()
        let digest = FileDigest.sha256(bytes)
        let pin = try TreePin(pin, treeinfo: digest, url.text)
        let treeinfo = try TreeInfo(parsing: bytes, location: url.text)
        // Before kernel and initrd come, which another release has too.
        try release?.check(treeinfo, source)
        let images = try treeinfo.images(for: arch, location: url.text)
        return Found(
            name: name,
            url: url,
            bytes: bytes,
            treeinfo: treeinfo,
            images: images,
            verification: TreeChecks.verification(
                treeinfo.checksums[images.kernel],
                treeinfo.checksums[images.initrd]
            ),
            digest: digest,
            pin: pin
        )
    }

    private func trust(_ found: Found, isPinned: Bool) throws(TreeError) -> TreeTrust {
        try TreeTrust.fetched(
            from: base.text,
            isSecure: base.isSecure,
            found.verification,
            isPinned: isPinned,
            isTreeinfoPinned: found.pin.isTreeinfo,
            allowsUnverified: download.options.allowsUnverified
        )
    }

    private func judge(_ found: Found, _ marker: TreeCache.Marker) throws(TreeError) -> TreeTrust {
        let isPinned = try found.pin.covers(
            kernel: marker.kernelDigest,
            initrd: marker.initrdDigest,
            found.verification
        )
        return try trust(found, isPinned: isPinned)
    }

    private func reuse(_ entry: FilePath, _ found: Found) async throws(TreeError) -> InstallTree? {
        guard let (marker, lease) = try cache.lease(entry), cache.isNew(entry, since: download.options.notBefore),
            try await cache.isIntact(entry, marker, download.progress)
        else { return nil }
        cache.touch(entry)
        download.progress(.reused(entry: entry))
        for file in [found.images.kernel, found.images.initrd] {
            guard let checksum = found.treeinfo.checksums[file], checksum.algorithm == .sha256 else { continue }
            download.progress(.verified(file: file, checksum: checksum, by: .treeinfo))
        }
        return try tree(entry, found, marker, lease)
    }

    /// A checksum that does not match, or what is behind it: a mirror that was updated between two requests.
    private func explained(_ error: TreeError, _ found: Found) async throws(TreeError) -> TreeError {
        let limit = download.options.treeinfoLimit
        let again = try? await download.bytes(try base.appending(found.name), name: found.name, limit: limit)
        // Not what a broken mirror sends for every file.
        guard let again, again != found.bytes, (try? TreeInfo(parsing: again, location: base.text)) != nil else {
            return error
        }
        return TreeError(
            .changed,
            at: base.text,
            "the tree at \(base.text) changed while it was fetched",
            cause: "its \(found.name) is another one now",
            hint: "the mirror is being updated: try again later, or give another one with --location"
        )
    }

    /// `.treeinfo`, else `treeinfo`: some content networks serve no dot files (rhbz#635065).
    private func treeinfo() async throws(TreeError) -> (String, TreeURL, [UInt8]) {
        let limit = download.options.treeinfoLimit
        for name in [".treeinfo", "treeinfo"] {
            let url = try base.appending(name)
            do throws(TreeError) {
                if let bytes = try await download.bytes(url, name: name, limit: limit) { return (name, url, bytes) }
            } catch {
                // A server that hides dot files may forbid them rather than deny them.
                guard name == ".treeinfo", error.status == 403 else { throw error }
            }
        }
        throw TreeError(
            .noTreeinfo,
            at: base.text,
            status: 404,
            "\(base.text) has no .treeinfo",
            cause: "neither .treeinfo nor treeinfo is there (HTTP 404)",
            hint: base.target.lowercased().hasSuffix(".iso")
                ? "an ISO image is no tree: fetch it first and give its path"
                : "give the base of an install tree, the directory that holds .treeinfo, for example "
                    + (HTTPFailures.movedTo(base) ?? "https://vault.centos.org/7.9.2009/os/x86_64/")
        )
    }

    private func fill(_ draft: TreeCache.Draft, _ found: Found) async throws(TreeError) -> TreeCache.Marker {
        try Files.writeAtomically(found.bytes, to: draft.path.appending(TreeCache.treeinfoName))
        let kernel = try await file(
            found.images.kernel,
            found.treeinfo,
            draft.path.appending(TreeCache.kernelName),
            limit: download.options.kernelLimit
        )
        let initrd = try await file(
            found.images.initrd,
            found.treeinfo,
            draft.path.appending(TreeCache.initrdName),
            limit: download.options.initrdLimit
        )
        return TreeCache.Marker(
            source: base.text,
            kernelDigest: kernel.digests[.sha256] ?? "",
            kernelSize: kernel.size,
            initrdDigest: initrd.digests[.sha256] ?? "",
            initrdSize: initrd.size,
            verification: found.verification,
            treeinfoName: found.name
        )
    }

    private func file(
        _ path: String,
        _ treeinfo: TreeInfo,
        _ target: FilePath,
        limit: Int
    ) async throws(TreeError) -> Download.Result {
        let url = try base.appending(path)
        let checksum = treeinfo.checksums[path]
        let result = try await download.file(
            url,
            name: path,
            to: target,
            limit: limit,
            TreeChecks.algorithms(checksum)
        )
        try TreeChecks.verify(
            result.digests,
            checksum,
            file: path,
            location: url.text,
            progress: download.progress
        )
        return result
    }

    private func tree(
        _ entry: FilePath,
        _ found: Found,
        _ marker: TreeCache.Marker,
        _ lease: TreeLease
    ) throws(TreeError) -> InstallTree {
        InstallTree(
            source: source,
            treeinfo: found.treeinfo,
            treeinfoName: found.name,
            treeinfoDigest: found.digest,
            kernel: entry.appending(TreeCache.kernelName),
            initrd: entry.appending(TreeCache.initrdName),
            kernelDigest: marker.kernelDigest,
            initrdDigest: marker.initrdDigest,
            verification: marker.verification,
            trust: try judge(found, marker),
            payload: InstallTree.Payload(found.treeinfo),
            repositoryISO: nil,
            medium: nil,
            lease: lease
        )
    }
}
