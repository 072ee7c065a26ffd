import SystemPackage

/// Fetches one tree from a URL through the cache.
struct RemoteTree {
    let source: TreeSource
    let base: TreeURL
    let cache: TreeCache
    let download: Download

    func fetch(arch: String, pin: String?) async throws(TreeError) -> InstallTree {
        let (url, bytes) = try await treeinfo()
        let treeinfo = try TreeInfo(parsing: bytes, location: url.text)
        let digest = FileDigest.sha256(bytes)
        try TreeChecks.pin(pin, digest, url.text)
        let images = try treeinfo.images(for: arch, location: url.text)
        let entry = cache.entry(base.text, arch: arch, treeinfo: bytes)
        cache.sweep()
        if let marker = try cache.marker(entry), try await isIntact(entry, marker) {
            cache.touch(entry)
            download.progress(.reused(entry: entry))
            return tree(entry, treeinfo, digest, marker)
        }
        let draft = try cache.draft()
        do throws(TreeError) {
            let marker = try await fill(draft, treeinfo, bytes, images)
            return tree(entry, treeinfo, digest, try cache.publish(draft, as: entry, marker))
        } catch {
            draft.discard()
            throw error
        }
    }

    /// The tree where its entry is complete; only `.treeinfo` is fetched.
    func cached(arch: String) async throws(TreeError) -> InstallTree? {
        let (url, bytes) = try await treeinfo()
        let treeinfo = try TreeInfo(parsing: bytes, location: url.text)
        let entry = cache.entry(base.text, arch: arch, treeinfo: bytes)
        guard let marker = try cache.marker(entry) else { return nil }
        return tree(entry, treeinfo, FileDigest.sha256(bytes), marker)
    }

    /// `.treeinfo`, else `treeinfo`: some content networks serve no dot files (rhbz#635065).
    private func treeinfo() async throws(TreeError) -> (TreeURL, [UInt8]) {
        let limit = download.options.treeinfoLimit
        for name in [".treeinfo", "treeinfo"] {
            let url = try base.appending(name)
            do throws(TreeError) {
                if let bytes = try await download.bytes(url, name: name, limit: limit) { return (url, bytes) }
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
            hint: "give the base of an install tree, the directory that holds .treeinfo, for example "
                + (HTTPFailures.movedTo(base) ?? "https://vault.centos.org/7.9.2009/os/x86_64/")
        )
    }

    private func fill(
        _ draft: TreeCache.Draft,
        _ treeinfo: TreeInfo,
        _ bytes: [UInt8],
        _ images: TreeImages
    ) async throws(TreeError) -> TreeCache.Marker {
        try Files.writeAtomically(bytes, to: draft.path.appending(TreeCache.treeinfoName))
        let kernel = try await file(
            images.kernel,
            treeinfo,
            draft.path.appending(TreeCache.kernelName),
            limit: download.options.kernelLimit
        )
        let initrd = try await file(
            images.initrd,
            treeinfo,
            draft.path.appending(TreeCache.initrdName),
            limit: download.options.initrdLimit
        )
        return TreeCache.Marker(
            source: base.text,
            kernelDigest: kernel.digests[.sha256] ?? "",
            kernelSize: kernel.size,
            initrdDigest: initrd.digests[.sha256] ?? "",
            initrdSize: initrd.size,
            verification: TreeChecks.verification(
                treeinfo.checksums[images.kernel],
                treeinfo.checksums[images.initrd]
            )
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

    /// Whether a complete entry's bytes are still those it was made of; true unread unless the options ask to hash again.
    private func isIntact(_ entry: FilePath, _ marker: TreeCache.Marker) async throws(TreeError) -> Bool {
        guard download.options.rehash else { return true }
        let files = [(TreeCache.kernelName, marker.kernelDigest), (TreeCache.initrdName, marker.initrdDigest)]
        for (name, digest) in files {
            let digests = try await FileDigest.digests(of: entry.appending(name), [.sha256])
            guard digests[.sha256] == digest else {
                download.progress(.warning("the cached \(name) was changed on disk: the tree is fetched again"))
                // An entry without its marker is not complete and gives way to the new one.
                cache.invalidate(entry)
                return false
            }
        }
        return true
    }

    private func tree(
        _ entry: FilePath,
        _ treeinfo: TreeInfo,
        _ digest: String,
        _ marker: TreeCache.Marker
    ) -> InstallTree {
        InstallTree(
            source: source,
            treeinfo: treeinfo,
            treeinfoDigest: digest,
            kernel: entry.appending(TreeCache.kernelName),
            initrd: entry.appending(TreeCache.initrdName),
            kernelDigest: marker.kernelDigest,
            initrdDigest: marker.initrdDigest,
            verification: marker.verification,
            payload: InstallTree.Payload(treeinfo),
            repositoryISO: nil
        )
    }
}
