public import SystemPackage

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Brings an install tree's kernel and initrd to this machine and proves that they are what the tree promises.
///
/// A URL's files go to a cache and are fetched again only when the tree's `.treeinfo` changes, an ISO image's are extracted
/// to it; a directory's files are used in place. A fetch that fails or is cancelled leaves nothing behind.
public struct TreeFetcher: Sendable {
    /// How patient and how strict a fetch is.
    public struct Options: Sendable {
        /// How long a connection may take, the name's resolution included.
        public var connectTimeout = Duration.seconds(10)
        /// How long a server may send nothing; the whole file may take any time.
        public var readTimeout = Duration.seconds(60)
        /// The fewest bytes a second that a server may send, measured over `rateWindow`; 0 for any.
        public var minimumRate = 1024
        /// How long a server may stay below `minimumRate`.
        public var rateWindow = Duration.seconds(60)
        /// How often a file is tried, the first time included, on 429, 5xx, time-outs and broken connections.
        public var attempts = 3
        /// The pause before the second attempt, doubled before each further one.
        public var backoff = Duration.seconds(1)
        /// How many broken connections are not counted among a file's attempts, as more of it had come than before.
        public var cuts = 20
        /// The longest pause that a server may ask for by Retry-After.
        public var longestRetryAfter = Duration.seconds(120)
        /// How many redirects a request may take.
        public var maximumRedirects = 5
        /// The largest `.treeinfo`, in bytes.
        public var treeinfoLimit = 1 << 20
        /// The largest kernel, in bytes.
        public var kernelLimit = 256 << 20
        /// The largest initrd, in bytes.
        public var initrdLimit = 1 << 30
        /// Where http_proxy, https_proxy, all_proxy, no_proxy and SSL_CERT_FILE are read from.
        public var environment = ProcessInfo.processInfo.environment
        /// Whether a tree over plain http may be used that neither strong checksums nor a pin vouch for; the tree's
        /// `trust` then says `unverified`.
        public var allowsUnverified = false
        /// The moment since which what is cached must have been fetched, extracted or hashed, to be used; nil for any.
        public var notBefore: Date?

        /// The defaults.
        public init() {}
    }

    /// The options of every fetch.
    public var options: Options

    /// A fetcher with the given options.
    public init(options: Options = Options()) { self.options = options }

    /// Fetches a tree, or finds it in the cache.
    ///
    /// - Parameters:
    ///   - source: where the tree is.
    ///   - arch: the architecture as in `[images-<arch>]`, x86_64 for example.
    ///   - cacheDirectory: created where it does not exist. Entries have names of 64 hexadecimal digits, and an entry's
    ///     modification time is that of its last use; names with a leading dot are this module's own.
    ///   - pin: SHA-256, hexadecimal, with or without `sha256:` in front, as ``pin(of:arch:into:)`` gives it; any other
    ///     tree is refused, before another file is fetched where that can be told.
    ///   - medium: what the recipe says of an ISO image; refused for a URL and a directory, where it would vouch for nothing.
    ///   - release: what the tree must be, judged before kernel and initrd are fetched; nil for anything.
    ///   - progress: called from any thread, in order.
    /// - Throws: one error with its own code for each thing that can be wrong; `unverifiedTree` for a tree over plain http
    ///   that nothing vouches for; `cancelled` when the task is cancelled.
    public func fetch(
        _ source: TreeSource,
        arch: String,
        into cacheDirectory: FilePath,
        pin: String? = nil,
        medium: MediumTrust = MediumTrust(),
        release: WantedRelease? = nil,
        progress: @escaping @Sendable (TreeFetchEvent) -> Void = { _ in }
    ) async throws(TreeError) -> InstallTree {
        if Task.isCancelled { throw .cancelled("\(source)") }
        let cacheDirectory = Files.absolute(cacheDirectory)
        try Self.check(medium, source)
        switch source {
        case .directory(let path):
            return try await DirectoryTree(path: Files.absolute(path))
                .read(arch: arch, pin: pin, release: release, options: options, progress: progress)
        case .iso(let path):
            return try await image(path, cacheDirectory, release, progress).read(arch: arch, pin: pin, medium: medium)
        case .url(let text):
            return try await remote(source, text, into: cacheDirectory, release, progress) { fetch throws(TreeError) in
                try await fetch.fetch(arch: arch, pin: pin)
            }
        }
    }

    /// Refuses what would vouch for nothing.
    private static func check(_ medium: MediumTrust, _ source: TreeSource) throws(TreeError) {
        guard !source.isImage, medium != MediumTrust() else { return }
        throw TreeError(
            .unsupportedSource,
            at: "\(source)",
            "there is a checksum or a key of an ISO image, but \(source) is none",
            hint: "pin a tree by its digest ('imagebake pin RECIPE'), or give the image as the location"
        )
    }

    /// What a recipe pins to get this very tree again.
    ///
    /// For an ISO image it is the SHA-256 of the file; for a tree the SHA-256 of its treeinfo, where that has strong
    /// checksums for kernel and initrd, else the tree's fingerprint, for which both are fetched.
    ///
    /// - Parameters:
    ///   - source: where the tree is.
    ///   - arch: the architecture as in `[images-<arch>]`.
    ///   - cacheDirectory: as for ``fetch(_:arch:into:pin:medium:release:progress:)``.
    ///   - medium: what the recipe says of an ISO image, which must be true before its digest is worth a pin.
    ///   - release: what the tree must be; nil for anything.
    ///   - progress: called from any thread, in order.
    /// - Returns: `sha256:` and 64 hexadecimal digits.
    public func pin(
        of source: TreeSource,
        arch: String,
        into cacheDirectory: FilePath,
        medium: MediumTrust = MediumTrust(),
        release: WantedRelease? = nil,
        progress: @escaping @Sendable (TreeFetchEvent) -> Void = { _ in }
    ) async throws(TreeError) -> String {
        // Whoever pins takes the tree as it is now for the right one.
        var fetcher = self
        fetcher.options.allowsUnverified = true
        guard case .url(let text) = source else {
            let tree = try await fetcher.fetch(
                source,
                arch: arch,
                into: cacheDirectory,
                medium: medium,
                release: release,
                progress: progress
            )
            if let medium = tree.medium { return "sha256:\(medium.digest)" }
            return "sha256:\(tree.verification == .strong ? tree.treeinfoDigest : tree.fingerprint)"
        }
        try Self.check(medium, source)
        return try await fetcher.remote(source, text, into: Files.absolute(cacheDirectory), release, progress) {
            fetch throws(TreeError) in try await fetch.pin(arch: arch)
        }
    }

    /// Finds a URL's tree in the cache, and fetches nothing but its `.treeinfo`.
    ///
    /// - Parameters:
    ///   - source: where the tree is; a directory is read in place, as ``fetch(_:arch:into:pin:medium:release:progress:)``
    ///     does; an image is not hashed for this.
    ///   - arch: the architecture as in `[images-<arch>]`.
    ///   - cacheDirectory: where fetched trees are kept.
    ///   - pin: as for ``fetch(_:arch:into:pin:medium:release:progress:)``.
    ///   - medium: as there; an image whose digest is not known yet is not judged by it.
    ///   - release: as there.
    /// - Returns: the tree, or nil where a fetch would have to bring kernel and initrd.
    /// - Throws: what a fetch would throw, as far as that can be told.
    public func cached(
        _ source: TreeSource,
        arch: String,
        in cacheDirectory: FilePath,
        pin: String? = nil,
        medium: MediumTrust = MediumTrust(),
        release: WantedRelease? = nil
    ) async throws(TreeError) -> InstallTree? {
        try Self.check(medium, source)
        switch source {
        case .iso(let path):
            return try await image(path, Files.absolute(cacheDirectory), release, { _ in })
                .cached(arch: arch, pin: pin, medium: medium)
        case .directory:
            return try await fetch(source, arch: arch, into: cacheDirectory, pin: pin, release: release)
        case .url(let text):
            return try await remote(source, text, into: cacheDirectory, release, { _ in }) { fetch throws(TreeError) in
                try await fetch.cached(arch: arch, pin: pin)
            }
        }
    }

    private static func digests(_ cacheDirectory: FilePath) -> DigestCache {
        DigestCache(directory: cacheDirectory.appending(DigestCache.directoryName))
    }

    private func image(
        _ path: FilePath,
        _ cacheDirectory: FilePath,
        _ release: WantedRelease?,
        _ progress: @escaping @Sendable (TreeFetchEvent) -> Void
    ) -> ISOTree {
        ISOTree(
            path: Files.absolute(path),
            cache: TreeCache(directory: cacheDirectory),
            digests: Self.digests(cacheDirectory),
            options: options,
            release: release,
            progress: progress
        )
    }

    private func remote<Value: Sendable>(
        _ source: TreeSource,
        _ text: String,
        into cacheDirectory: FilePath,
        _ release: WantedRelease?,
        _ progress: @escaping @Sendable (TreeFetchEvent) -> Void,
        _ body: (RemoteTree) async throws(TreeError) -> Value
    ) async throws(TreeError) -> Value {
        let session = HTTPSession(options)
        let value: Result<Value, TreeError>
        do throws(TreeError) {
            let fetch = RemoteTree(
                source: source,
                base: try TreeURL(text),
                cache: TreeCache(directory: cacheDirectory),
                download: Download(session: session, options: options, progress: progress),
                release: release
            )
            value = .success(try await body(fetch))
        } catch {
            value = .failure(error)
        }
        // A cancelled task must still close its connections, so the closing runs in a task of its own.
        await Task { await session.shutdown() }.value
        return try value.get()
    }
}
