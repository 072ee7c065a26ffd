import Crypto
import Foundation
import InstallTrees
import Recipes
import Subprocess
import SystemPackage

/// What the repositories of a recipe hold now: the digests of `repomd.xml`, or of Debian's `InRelease`.
///
/// They enter the install's fingerprint, so that a bake installs anew when there are new packages. Where a server cannot be reached
/// its last known revision counts, so that being offline does not throw the cache away.
struct RepositoryRevisions {
    let recipe: Recipe
    let home: Home
    let resources: Resources

    /// Something whose revision can be asked for.
    private enum Source: Hashable {
        case repository(String)
        case mirrorList(String)
        case metalink(String)
        case release(String)

        var text: String {
            switch self {
            case .repository(let url), .mirrorList(let url), .metalink(let url), .release(let url): url
            }
        }
    }

    private struct Memory: Codable {
        let url: String
        let revision: String
    }

    static let patience = Duration.seconds(5)
    // The largest repomd.xml known is below 20 KiB, InRelease of Debian 150 KiB, a metalink of Fedora 100 KiB.
    static let limit = 4 << 20

    /// Asks all of them at once.
    ///
    /// - Parameters:
    ///   - tree: Where the install tree is.
    ///   - warn: Told of each that cannot be reached.
    /// - Returns: Inputs of the fingerprint by name.
    func read(_ tree: InstallTree, warn: (String) -> Void) async -> [String: String] {
        var directory: FilePath?
        if case .directory(let path) = tree.source { directory = path }
        let variants = tree.treeinfo.variants.compactMap { variant in variant.repository.map { (variant.id, $0) } }
        return await read(directory: directory, variants: variants, warn: warn)
    }

    /// The same for a tree in a directory, if any, and with these variants: their ids and their repositories' paths.
    func read(
        directory: FilePath?,
        variants: [(id: String, repository: String)],
        warn: (String) -> Void
    ) async -> [String: String] {
        var inputs: [String: String] = [:]
        var sources: [(name: String, source: Source)] = []
        switch recipe.install.location {
        case .url(let url):
            sources.append(("packages of the tree", .repository(url)))
            // Anaconda uses the repositories of the tree's variants too, such as AppStream beside BaseOS.
            for variant in variants where ![".", ""].contains(variant.repository) {
                guard let address = Self.resolve(variant.repository, in: url) else { continue }
                sources.append(("packages of \(variant.id)", .repository(address)))
            }
        case .directory:
            if let directory {
                let file = directory.appending("repodata").appending("repomd.xml")
                if let data = try? Files.read(file) { inputs["packages of the tree"] = Self.digest(data) }
            }
        case .builtIn: sources += await debianReleases().map { ("packages of \($0.suite)", .release($0.url)) }
        case .image: break
        }
        for repository in recipe.install.repositories {
            let source: Source =
                switch repository.source {
                case .url(let url): .repository(url)
                case .mirrorList(let url): .mirrorList(url)
                case .metalink(let url): .metalink(url)
                }
            sources.append(("repository \(repository.name)", source))
        }
        for (name, revision) in await revisions(sources, warn) { inputs[name] = revision }
        return inputs
    }

    private func revisions(
        _ sources: [(name: String, source: Source)],
        _ warn: (String) -> Void
    ) async -> [(String, String)] {
        let lists = await fetch(
            sources.compactMap { _, source in
                switch source {
                case .mirrorList(let url), .metalink(let url): url
                default: nil
                }
            }
        )
        var files: [String: String] = [:]
        for (_, source) in sources {
            switch source {
            case .repository(let url): files[source.text] = Self.repomd(url)
            case .release(let url): files[source.text] = url
            case .mirrorList(let url), .metalink(let url):
                if case .success(let bytes?)? = lists[url] {
                    files[url] = Self.firstRepomd(in: String(decoding: bytes, as: UTF8.self))
                }
            }
        }
        let answers = await fetch(Array(files.values))
        return sources.map { name, source in
            let answer = files[source.text].flatMap { answers[$0] }
            switch answer {
            case .success(let bytes?):
                let revision = Self.digest(Data(bytes))
                remember(revision, of: source.text)
                return (name, revision)
            case .success(nil):
                // A tree without a repository of its own, such as one whose payload is an image.
                remember("none", of: source.text)
                return (name, "none")
            case .failure, nil:
                let cause: String
                if case .failure(let error)? = answer ?? lists[source.text] {
                    cause = error.cause.map { "\(error.message): \($0)" } ?? error.message
                } else {
                    cause = "its list names no mirror"
                }
                let known = lastKnown(source.text)
                warn(
                    "\(name): what it holds now is not known (\(cause)); "
                        + (known == nil ? "it was never known" : "it is taken for unchanged")
                )
                return (name, known ?? "unknown")
            }
        }
    }

    private func fetch(_ urls: [String]) async -> [String: Result<[UInt8]?, TreeError>] {
        await SmallFiles.fetch(Set(urls), limit: Self.limit, patience: Self.patience)
    }

    // MARK: addresses

    private static func repomd(_ base: String) -> String {
        base + (base.hasSuffix("/") ? "" : "/") + "repodata/repomd.xml"
    }

    /// The address of a path that counts from a tree and may climb out of it.
    static func resolve(_ path: String, in tree: String) -> String? {
        URL(string: path, relativeTo: URL(string: tree.hasSuffix("/") ? tree : tree + "/"))?.absoluteURL.standardized
            .absoluteString
    }

    /// The `repomd.xml` of the first mirror of a list: a line each in a mirror list, `<url>` elements in a metalink.
    static func firstRepomd(in list: String) -> String? {
        if list.contains("<metalink") {
            let urls = list.matches(of: #/<url[^>]*>\s*(https?:\/\/[^<\s]+)\s*<\/url>/#).map { String($0.1) }
            return urls.first { $0.hasSuffix("/repomd.xml") }
        }
        let lines = list.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        return lines.first { $0.hasPrefix("http://") || $0.hasPrefix("https://") }.map(repomd)
    }

    /// The archives from which a guest of the Debian tree takes packages; none where it takes no packages.
    private func debianReleases() async -> [(suite: String, url: String)] {
        guard !recipe.system.packages.isEmpty, let suite = recipe.os.debianSuite else { return [] }
        // The same functions as those by which the tree is built.
        let script = """
            . "$1" && { sources_host "$2" "$3" || sources_image "$2"; }
            """
        let architecture = recipe.architecture == .aarch64 ? "arm64" : "amd64"
        let result = try? await Subprocess.run(
            .path("/bin/bash"),
            arguments: [
                "-c", script, "bash", resources.installer.appending("apt-sources.bash").string, suite, architecture,
            ],
            output: .string(limit: 1 << 16),
            error: .discarded
        )
        return Self.releases(result?.standardOutput ?? "")
    }

    /// The addresses of `InRelease` for the lines of a sources.list.
    static func releases(_ sources: String) -> [(suite: String, url: String)] {
        var releases: [(suite: String, url: String)] = []
        for line in sources.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 3, words[0] == "deb", words[1].hasPrefix("http") else { continue }
            let base = words[1].hasSuffix("/") ? String(words[1].dropLast()) : words[1]
            releases.append((words[2], "\(base)/dists/\(words[2])/InRelease"))
        }
        return releases
    }

    // MARK: memory

    private func file(_ url: String) -> FilePath {
        let name = SHA256.hash(data: Data(url.utf8)).prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return home.cache.appending("revisions").appending("\(name.joined()).json")
    }

    private func lastKnown(_ url: String) -> String? {
        (try? Files.read(file(url))).flatMap { try? JSONDecoder().decode(Memory.self, from: $0) }?.revision
    }

    private func remember(_ revision: String, of url: String) {
        guard lastKnown(url) != revision else { return }
        var parts = URLComponents(string: url)
        parts?.user = nil
        parts?.password = nil
        parts?.query = nil
        guard let data = try? JSONEncoder().encode(Memory(url: parts?.string ?? "", revision: revision)) else { return }
        try? Files.makeDirectory(home.cache.appending("revisions"))
        try? Files.write(data, to: file(url))
    }

    private static func digest(_ data: Data) -> String {
        "sha256:" + SHA256.hash(data: data).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
