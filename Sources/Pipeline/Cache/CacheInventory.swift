import Foundation
import InstallTrees
import SystemPackage

/// What is in the cache, and what of it can go.
public struct CacheInventory: Sendable {
    private let home: Home
    private let stages: StageCache

    /// Creates a view of the cache; touches nothing.
    public init(home: Home) {
        self.home = home
        stages = StageCache(root: home.stages)
    }

    /// All of it, the one that was used longest ago first.
    public func items() throws(Failure) -> [CacheItem] {
        var items = stages.names.map(stage)
        do {
            items += try TreeCache(directory: home.trees).entries().map(fetched)
        } catch {
            throw Failure(error)
        }
        items += builtTrees
        return items.sorted { ($0.lastUsed, $0.path) < ($1.lastUsed, $1.path) }
    }

    /// One of them.
    ///
    /// - Parameter id: Its id, or the beginning of one id or name alone.
    /// - Throws: ``Failure`` with ``ExitStatus/inputMissing`` where there is none, ``ExitStatus/usage`` where there are several.
    public func find(_ id: String) throws(Failure) -> CacheItem {
        let items = try items()
        let exact = items.filter { $0.id == id || $0.name == id }
        let matches = exact.isEmpty ? items.filter { $0.id.hasPrefix(id) || $0.name.hasPrefix(id) } : exact
        guard let match = matches.first, !id.isEmpty else {
            throw Failure(
                .inputMissing,
                "there is no '\(id)' in the cache",
                ["next": "'imagebake cache list' shows it"]
            )
        }
        guard matches.count == 1 else {
            let ids = matches.map(\.id).joined(separator: ", ")
            throw Failure(.usage, "'\(id)' is the beginning of several: \(ids)")
        }
        return match
    }

    /// What the inputs of a stage's product were, by name.
    public func inputs(of item: CacheItem) -> [String: String] {
        let file = FilePath(item.path).appending(StageCache.inputsName)
        return (try? Files.read(file)).flatMap { try? JSONDecoder().decode(Fingerprint.self, from: $0) }?.inputs ?? [:]
    }

    /// Removes what was used longest ago, until the rest keeps to the bounds; never what is in use, what that needs, or what a newer
    /// imagebake made.
    ///
    /// What needs something that goes is worth nothing without it, and goes too.
    /// - Parameters:
    ///   - maxSize: The bytes that may stay.
    ///   - maxAge: What was not used for longer than that goes; nil asks nobody's age.
    ///   - isDryRun: Whether it is only told what would go.
    /// - Returns: What went.
    public func prune(maxSize: Int64, maxAge: Duration? = nil, isDryRun: Bool = false) throws(Failure) -> [CacheItem] {
        let now = Date()
        let items = try items()
        // Whoever asks for an age would wait for years where a clock that was wrong has written a time that is still to come: from now on
        // it counts as used now.
        if maxAge != nil, !isDryRun {
            for item in items where item.lastUsed > now.addingTimeInterval(Freshness.grain) { utimes(item.path, nil) }
        }
        var total = items.reduce(0) { $0 + $1.size }
        let oldest = maxAge.map { now.addingTimeInterval(-Double($0.components.seconds)) }
        var gone: Set<String> = []
        var removed: [CacheItem] = []
        let kept = Self.kept(items)
        for item in items {
            guard total > maxSize || oldest.map({ item.lastUsed < $0 }) ?? false else { continue }
            // Overlays first: the disk below goes only when nothing lies on it.
            for candidate in items where candidate.path == item.path || candidate.needs.contains(item.id) {
                guard !gone.contains(candidate.path), !kept.contains(item.path), !kept.contains(candidate.path),
                    candidate.path != item.path
                else { continue }
                guard isDryRun || remove(candidate) else { continue }
                gone.insert(candidate.path)
                removed.append(candidate)
                total -= candidate.size
            }
            let isNeeded = items.contains { $0.needs.contains(item.id) && !gone.contains($0.path) }
            guard !gone.contains(item.path), !kept.contains(item.path), !isNeeded, isDryRun || remove(item) else {
                continue
            }
            gone.insert(item.path)
            removed.append(item)
            total -= item.size
        }
        return removed
    }

    /// The paths of what stays in any case.
    private static func kept(_ items: [CacheItem]) -> Set<String> {
        let inUse = items.filter { $0.isInUse || $0.kind == .unknown }
        let needed = Set(inUse.flatMap(\.needs))
        return Set(inUse.map(\.path)).union(items.filter { needed.contains($0.id) }.map(\.path))
    }

    private func remove(_ item: CacheItem) -> Bool {
        switch item.kind {
        case .install, .sysprep, .convert, .publish:
            return stages.removeNow(item.name)
        case .builtTree:
            return removeBuiltTree(FilePath(item.path))
        case .tree:
            let cache = TreeCache(directory: home.trees)
            guard let others = try? cache.entries().map(\.path).filter({ $0.string != item.path }) else { return false }
            return (try? cache.prune(toBytes: 0, keeping: Set(others)))?.contains { $0.path.string == item.path }
                ?? false
        case .unknown:
            return false
        }
    }

    private func removeBuiltTree(_ path: FilePath) -> Bool {
        let name = path.lastComponent?.string ?? ""
        guard let building = try? FileLock(BuiltInTree.lock(of: name, in: home)),
            let lock = FileLock(directory: path, mode: .exclusive)
        else { return false }
        defer { building.giveUp() }
        // A tree without its .treeinfo is none; so it is found by the next build where this process is killed.
        return withExtendedLifetime(lock) {
            (try? Files.remove(path.appending(".treeinfo"))) != nil && (try? Files.remove(path)) != nil
        }
    }

    // MARK: items

    private func stage(_ name: String) -> CacheItem {
        let path = home.stages.appending(name)
        let manifest = try? stages.manifest(of: name)
        let isForeign = (stages.layout(of: name) ?? 0) > StageManifest.layout
        // What is torn or of an older layout is a stage all the same, and can go.
        let stage = name.prefix { $0 != "-" }
        return CacheItem(
            id: Self.id(ofStage: name),
            kind: isForeign ? .unknown : CacheItem.Kind(rawValue: String(stage)) ?? .unknown,
            origin: manifest?.recipe ?? (isForeign ? "(made by a newer imagebake)" : "(not usable)"),
            size: Self.allocated(path),
            created: manifest?.created,
            lastUsed: Self.modified(path),
            isInUse: stages.isInUse(name),
            needs: manifest?.needs.map(Self.id(ofStage:)) ?? [],
            path: path.string
        )
    }

    private func fetched(_ entry: TreeCache.Entry) -> CacheItem {
        CacheItem(
            id: String(entry.path.lastComponent?.string.prefix(8) ?? ""),
            kind: .tree,
            origin: entry.source,
            size: entry.size,
            created: nil,
            lastUsed: Date(timeIntervalSince1970: Double(entry.lastUsed)),
            isInUse: Self.isHeld(entry.path),
            needs: [],
            path: entry.path.string
        )
    }

    private var builtTrees: [CacheItem] {
        Files.names(in: home.trees).filter { !$0.hasPrefix(".") && !$0.contains(".partial.") && $0.contains("-") }
            .compactMap { name in
                let path = home.trees.appending(name)
                guard Files.exists(path.appending(".treeinfo")) else { return nil }
                return CacheItem(
                    id: name,
                    kind: .builtTree,
                    origin: "built from packages",
                    size: Self.allocated(path),
                    created: Self.modified(path.appending(".treeinfo")),
                    lastUsed: Self.modified(path),
                    isInUse: Self.isHeld(path) || FileLock.isHeld(BuiltInTree.lock(of: name, in: home)),
                    needs: [],
                    path: path.string
                )
            }
    }

    static func id(ofStage name: String) -> String {
        name.split(separator: ".").dropFirst().last.map(String.init) ?? name
    }

    private static func isHeld(_ directory: FilePath) -> Bool {
        guard let lock = FileLock(directory: directory, mode: .exclusive) else { return Files.exists(directory) }
        return withExtendedLifetime(lock) { false }
    }

    private static func modified(_ path: FilePath) -> Date {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return .distantPast }
        return Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9)
    }

    /// The bytes that a directory and all in it take on the disk.
    private static func allocated(_ directory: FilePath) -> Int64 {
        let names = FileManager.default.enumerator(atPath: directory.string)?.compactMap { $0 as? String } ?? []
        return names.reduce(into: Int64(0)) { total, name in
            var status = stat()
            guard lstat(directory.appending(name).string, &status) == 0 else { return }
            // st_blocks counts 512 bytes whatever the file system's blocks are (stat(3type)).
            total += Int64(status.st_blocks) * 512
        }
    }
}
