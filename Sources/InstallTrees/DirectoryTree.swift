import SystemPackage

/// Reads a tree that is a directory of this machine.
struct DirectoryTree {
    let path: FilePath

    func read(
        arch: String,
        pin: String?,
        release: WantedRelease?,
        options: TreeFetcher.Options,
        progress: @escaping @Sendable (TreeFetchEvent) -> Void
    ) async throws(TreeError) -> InstallTree {
        try checkDirectory()
        let (location, bytes) = try treeinfo(limit: options.treeinfoLimit)
        let treeinfo = try TreeInfo(parsing: bytes, location: location.string)
        try release?.check(treeinfo, .directory(path))
        let digest = FileDigest.sha256(bytes)
        let pin = try TreePin(pin, treeinfo: digest, location.string)
        let images = try treeinfo.images(for: arch, location: location.string)
        let verification = TreeChecks.verification(
            treeinfo.checksums[images.kernel],
            treeinfo.checksums[images.initrd]
        )
        try pin.checkEarly(verification)
        let kernel = try await file(images.kernel, treeinfo, options.kernelLimit, progress)
        let initrd = try await file(images.initrd, treeinfo, options.initrdLimit, progress)
        let isPinned = try pin.covers(kernel: kernel.digest, initrd: initrd.digest, verification)
        if pin.isTreeinfo, !isPinned { progress(.warning(TreePin.treeinfoAlone)) }
        return InstallTree(
            source: .directory(path),
            treeinfo: treeinfo,
            treeinfoName: location.lastComponent?.string,
            treeinfoDigest: digest,
            kernel: kernel.path,
            initrd: initrd.path,
            kernelDigest: kernel.digest,
            initrdDigest: initrd.digest,
            verification: verification,
            trust: isPinned ? .pinned : verification == .strong ? .checksummed : .local,
            payload: InstallTree.Payload(treeinfo),
            repositoryISO: try medium(),
            medium: nil,
            lease: .none
        )
    }

    private func checkDirectory() throws(TreeError) {
        guard let status = try Files.statusIfPresent(path) else {
            throw TreeError(
                .noSuchDirectory,
                at: path.string,
                "there is no directory \(path)",
                hint: "give the directory that holds .treeinfo, or a URL that starts with https:// or http://"
            )
        }
        guard status.isDirectory else {
            throw TreeError(
                .notADirectory,
                at: path.string,
                "\(path) is not a directory",
                hint: "give the directory that holds .treeinfo, or an ISO image"
            )
        }
    }

    private func treeinfo(limit: Int) throws(TreeError) -> (FilePath, [UInt8]) {
        for name in [".treeinfo", "treeinfo"] {
            let file = path.appending(name)
            if try Files.statusIfPresent(file) != nil {
                try checkInside(file)
                return (file, try Files.read(file, limit: limit))
            }
        }
        throw TreeError(
            .noTreeinfo,
            at: path.string,
            "\(path) is no install tree: it has no .treeinfo",
            cause: "neither .treeinfo nor treeinfo is there",
            hint: "give the base of the tree, the directory that holds .treeinfo"
        )
    }

    /// The tree as a medium, where it brings one: the guest gets it, so it must be an image, and the tree's own.
    private func medium() throws(TreeError) -> FilePath? {
        let image = path.appending("repo.iso")
        guard try Files.statusIfPresent(image) != nil else { return nil }
        try checkInside(image)
        _ = try ISOImage(image)
        return image
    }

    /// Refuses a link that leads out of the tree: a tree that was copied from elsewhere must not name this machine's files.
    private func checkInside(_ file: FilePath) throws(TreeError) {
        guard let real = Files.realPath(file), let root = Files.realPath(path), !real.starts(with: root) else { return }
        throw TreeError(
            .unsafePath,
            at: file.string,
            "\(file) leads out of the tree",
            cause: "it is a symbolic link to \(real)",
            hint: "put a copy of the file in its place, if the tree is yours"
        )
    }

    private func file(
        _ name: String,
        _ treeinfo: TreeInfo,
        _ limit: Int,
        _ progress: @escaping @Sendable (TreeFetchEvent) -> Void
    ) async throws(TreeError) -> (path: FilePath, digest: String) {
        let file = path.appending(name)
        try checkInside(file)
        guard let status = try Files.statusIfPresent(file) else {
            throw TreeError(
                .missingFile,
                at: file.string,
                "the tree has no \(name): \(file)",
                hint: "its treeinfo names a file that is not there: copy the whole tree"
            )
        }
        guard status.size <= limit else {
            throw TreeError(.tooLarge, at: file.string, "\(file) is larger than \(limit >> 20) MiB")
        }
        let checksum = treeinfo.checksums[name]
        // Read each time: what is said to be verified was verified now.
        let found = try await FileDigest.digests(of: file, TreeChecks.algorithms(checksum), progress: progress)
        try TreeChecks.verify(found, checksum, file: name, location: file.string, progress: progress)
        return (file, found[.sha256] ?? "")
    }
}
