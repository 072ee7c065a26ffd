import DiskImages
import Foundation
public import SystemPackage

/// The products of stages, by fingerprint.
///
/// An entry is a directory that holds the product's files, `product.json` with their digests, and `inputs.json`. It gets its final
/// name by one rename after all of its bytes are on the disk, so an entry that can be seen is complete; and it never changes: what is
/// made anew gets another name beside it, because an overlay may lie on the older one. A shared lock on the directory keeps an entry
/// from being evicted.
public struct StageCache: Sendable {
    let root: FilePath

    /// Creates a view of a cache; makes nothing.
    public init(root: FilePath) {
        self.root = root
    }

    /// The newest product of a stage, or nil where it has to run.
    ///
    /// Its bytes are not looked at: ``verified(_:_:_:warn:)`` does that.
    public func entry(_ stage: StageName, _ fingerprint: Fingerprint, _ freshness: Freshness = .any) -> Entry? {
        names(stage, fingerprint).compactMap { try? open($0) }
            .filter { freshness.admits($0.manifest) }
            .max { Self.age($0.manifest.created) > Self.age($1.manifest.created) }
    }

    /// How long ago something was made; for ever where the clock says that it is still to be, so that what is made now counts as newer.
    private static func age(_ created: Date) -> Double {
        let age = SteadyTime.latest.timeIntervalSince(created)
        return age < -Freshness.grain ? .infinity : age
    }

    /// The newest product of a stage whose bytes, and those of all that it needs, have the digests that were written down.
    ///
    /// What is torn or damaged is removed.
    /// - Parameter warn: Told of each entry that is not used for that reason.
    public func verified(
        _ stage: StageName,
        _ fingerprint: Fingerprint,
        _ freshness: Freshness = .any,
        warn: (String) -> Void
    ) async throws -> Entry? {
        for name in names(stage, fingerprint) where layout(of: name).map({ $0 == StageManifest.layout }) ?? true {
            do throws(Damage) {
                _ = try open(name)
            } catch  where error.isLasting {
                warn("the cached product \(name) is not used: \(error.reason); its stage runs again")
                await remove(name)
            } catch {}
        }
        while let entry = entry(stage, fingerprint, freshness) {
            guard let (name, reason) = try await damage(of: entry) else {
                // The time of the last use, for whoever makes room.
                for name in [entry.name] + entry.manifest.needs { utimes(root.appending(name).string, nil) }
                return entry
            }
            warn("the cached product \(name) is damaged: \(reason); it is removed, and what needs it is made again")
            // Our own lease would keep them.
            for lease in entry.leases { lease.release() }
            for name in Set([name, entry.name]) { await remove(name) }
            // Another process may use it, and then it stays; never is it used here.
            guard !Files.exists(root.appending(entry.name)) else { return nil }
        }
        return nil
    }

    /// What the product says of itself.
    public func product<Product: Decodable>(_ type: Product.Type, of entry: Entry) throws(Failure) -> Product {
        let data = try Files.read(entry.file(Self.productName))
        do {
            return try Self.decoder.decode(Document<Product>.self, from: data).product
        } catch {
            throw Failure(
                .inputOutput,
                "the cached product in \(entry.directory) cannot be read",
                ["cause": "\(error)", "next": "remove that directory and run the command again"]
            )
        }
    }

    /// Adds a product: the files are linked into the cache.
    ///
    /// - Parameters:
    ///   - stage: The stage that made it.
    ///   - fingerprint: What went into it.
    ///   - recipe: The recipe for which it was made.
    ///   - product: What it says of itself.
    ///   - files: The files by the name that they get; on the same file system as the cache. Each stays where it was as well (a hard
    ///     link), so that overlays which name it go on working.
    ///   - published: Which of them go to a registry: these are hashed by all algorithms that one knows, so that no publication has to.
    ///   - origin: The entry that it was made from.
    ///   - needsOrigin: Whether it is worth nothing without that entry.
    /// - Returns: The entry, which stays as long as the value lives.
    @discardableResult
    public func add(
        _ stage: StageName,
        _ fingerprint: Fingerprint,
        recipe: String,
        product: some Encodable,
        files: [String: FilePath] = [:],
        published: Set<String> = [],
        from origin: Entry? = nil,
        needsOrigin: Bool = false
    ) async throws -> Entry {
        try Files.makeDirectory(root)
        let (draft, lock) = try makeDraft()
        do {
            var manifests: [String: StageManifest.File] = [:]
            for (name, file) in files.sorted(by: { $0.key < $1.key }) {
                try Files.syncFile(file)
                guard link(file.string, draft.appending(name).string) == 0 else {
                    throw Files.failure(Errno(rawValue: errno), "cannot link \(file) into the cache")
                }
                manifests[name] = try await Self.describe(
                    draft.appending(name),
                    hasAllDigests: published.contains(name)
                )
            }
            let now = SteadyTime.now
            let manifest = StageManifest(
                stage: stage,
                recipe: recipe,
                created: now,
                oldest: min(now, origin?.manifest.oldest ?? now),
                imagebake: Version.current,
                files: manifests,
                needs: needsOrigin ? (origin.map { [$0.name] + $0.manifest.needs } ?? []) : []
            )
            let document = Document(layout: StageManifest.layout, entry: manifest, product: product)
            try Files.write(Self.encode(fingerprint), to: draft.appending(Self.inputsName))
            try Files.write(Self.encode(document), to: draft.appending(Self.productName))
            let older = names(stage, fingerprint)
            let final = root.appending("\(prefix(stage, fingerprint))\(Self.random())")
            guard rename(draft.string, final.string) == 0 else {
                throw Files.failure(Errno(rawValue: errno), "cannot add \(final) to the cache")
            }
            lock.share()
            Files.syncDirectory(root)
            for name in older { await removeSuperseded(name) }
            return Entry(
                directory: final,
                manifest: manifest,
                leases: [lock] + (needsOrigin ? origin?.leases ?? [] : [])
            )
        } catch {
            try? Files.remove(draft)
            throw error
        }
    }

    /// What differs between a fingerprint and the newest cached one of the same stage and recipe.
    ///
    /// - Returns: nil where no product of that recipe's stage is cached.
    public func changes(_ stage: StageName, _ fingerprint: Fingerprint, recipe: String) -> [String]? {
        let candidates = Files.names(in: root).filter { $0.hasPrefix("\(stage.rawValue)-") }
        let newest = candidates.compactMap { name -> (Date, Fingerprint)? in
            guard let manifest = try? manifest(of: name), manifest.recipe == recipe,
                let data = try? Files.read(root.appending(name).appending(Self.inputsName)),
                let other = try? Self.decoder.decode(Fingerprint.self, from: data)
            else { return nil }
            return (manifest.created, other)
        }
        return newest.max { $0.0 < $1.0 }.map { fingerprint.differences(from: $0.1) }
    }

    /// Removes entries that a dead process left half-made.
    func sweep() {
        for name in Files.names(in: root) where name.hasPrefix(".") {
            let path = root.appending(name)
            guard let lock = FileLock(directory: path, mode: .exclusive) else { continue }
            withExtendedLifetime(lock) { try? Files.remove(path) }
        }
    }

    // MARK: names and documents

    static let productName = "product.json"
    static let inputsName = "inputs.json"

    struct Document<Product> {
        let layout: Int
        let entry: StageManifest
        let product: Product
    }

    private struct Heading: Decodable {
        let layout: Int?
        let entry: StageManifest?
    }

    private struct LayoutNumber: Decodable {
        let layout: Int?
    }

    /// Why an entry cannot be used.
    struct Damage: Error {
        let reason: String
        /// Whether it is no better at the next look.
        var isLasting = true
    }

    /// The number of an entry's layout; nil where it cannot be read.
    func layout(of name: String) -> Int? {
        guard let data = try? Files.read(root.appending(name).appending(Self.productName)),
            let number = try? Self.decoder.decode(LayoutNumber.self, from: data)
        else { return nil }
        return number.layout ?? 1
    }

    /// What an entry says of itself.
    func manifest(of name: String) throws(Damage) -> StageManifest {
        guard let data = try? Files.read(root.appending(name).appending(Self.productName)) else {
            throw Damage(reason: "it says nothing of itself")
        }
        guard let number = try? Self.decoder.decode(LayoutNumber.self, from: data) else {
            throw Damage(reason: "its \(Self.productName) is torn")
        }
        let layout = number.layout ?? 1
        guard layout == StageManifest.layout else {
            throw Damage(reason: "it has layout \(layout), not \(StageManifest.layout)", isLasting: false)
        }
        guard let manifest = (try? Self.decoder.decode(Heading.self, from: data))?.entry else {
            throw Damage(reason: "its \(Self.productName) cannot be read")
        }
        return manifest
    }

    /// An entry with a lease on it and on all that it needs.
    func open(_ name: String) throws(Damage) -> Entry {
        let lease = try lease(name)
        let manifest = try manifest(of: name)
        var leases = [lease]
        for needed in manifest.needs {
            guard !needed.isEmpty, !needed.contains("/"), !needed.hasPrefix(".") else {
                throw Damage(reason: "it needs something that is no entry")
            }
            leases.append(try self.lease(needed))
        }
        return Entry(directory: root.appending(name), manifest: manifest, leases: leases)
    }

    private func lease(_ name: String) throws(Damage) -> FileLock {
        let path = root.appending(name)
        // Who removes an entry, or asks whether it is in use, holds it for no longer than a rename takes.
        for _ in 0..<100 where Files.exists(path) {
            if let lock = FileLock(directory: path, mode: .shared) { return lock }
            usleep(1000)
        }
        throw Damage(reason: "\(name) is gone", isLasting: !Files.exists(path))
    }

    private static func describe(_ file: FilePath, hasAllDigests: Bool) async throws -> StageManifest.File {
        guard hasAllDigests else {
            let digest = try await FileDigester.sha256(file)
            return StageManifest.File(size: digest.size, sha256: digest.sha256)
        }
        let digests = try await FileDigester.digest(file)
        return StageManifest.File(
            size: digests.size,
            sha256: digests.sha256,
            sha512: digests.sha512,
            md5: digests.md5
        )
    }

    /// What is wrong with an entry or one that it needs; nil where all bytes are right.
    private func damage(of entry: Entry) async throws -> (name: String, reason: String)? {
        for name in [entry.name] + entry.manifest.needs {
            let manifest: StageManifest
            do throws(Damage) {
                manifest = try self.manifest(of: name)
            } catch {
                return (name, error.reason)
            }
            for (file, expected) in manifest.files.sorted(by: { $0.key < $1.key }) {
                let path = root.appending(name).appending(file)
                let found: (size: Int64, sha256: String)
                do {
                    found = try await FileDigester.sha256(path)
                } catch let error as DiskImageError {
                    return (name, error.message)
                }
                guard found.size == expected.size else {
                    return (name, "\(file) has \(found.size) bytes, not \(expected.size)")
                }
                guard found.sha256 == expected.sha256 else { return (name, "\(file) has another SHA-256") }
            }
        }
        return nil
    }

    private func names(_ stage: StageName, _ fingerprint: Fingerprint) -> [String] {
        let prefix = prefix(stage, fingerprint)
        return Files.names(in: root).filter { $0.hasPrefix(prefix) }
    }

    private func prefix(_ stage: StageName, _ fingerprint: Fingerprint) -> String {
        "\(stage.rawValue)-\(fingerprint.digest.prefix(40))."
    }

    private func makeDraft() throws(Failure) -> (FilePath, FileLock) {
        // A sweep may find the directory before it is locked, and take it for left over; then another one is made.
        for _ in 0..<100 {
            let path = root.appending(".draft-\(Self.random())")
            guard mkdir(path.string, 0o755) == 0 else {
                throw Files.failure(Errno(rawValue: errno), "cannot make the directory \(path)")
            }
            if let lock = FileLock(directory: path, mode: .exclusive) { return (path, lock) }
            try? Files.remove(path)
        }
        throw Failure(
            .inputOutput,
            "cannot lock a directory in \(root)",
            ["next": "keep the cache on a local file system"]
        )
    }

    private static func random() -> String {
        let digits = String(UInt32.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func encode(_ value: some Encodable) throws(Failure) -> Data {
        do {
            return try encoder.encode(value)
        } catch {
            throw Failure(.bug, "a product cannot be written down: \(error)")
        }
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Whole seconds would not tell whether a product is older than the bake that looks at it.
        encoder.dateEncodingStrategy = .secondsSince1970
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        return decoder
    }
}

extension StageCache.Document: Encodable where Product: Encodable {}
extension StageCache.Document: Decodable where Product: Decodable {}
