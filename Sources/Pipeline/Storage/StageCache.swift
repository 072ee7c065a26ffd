import Foundation
public import SystemPackage

/// The products of stages, by fingerprint.
///
/// An entry is a directory that holds the product's files, `product.json` and `inputs.json`. It gets its final name by one rename after
/// all of its bytes are on the disk, so an entry that can be seen is complete.
public struct StageCache: Sendable {
    /// A finished product.
    public struct Entry: Equatable, Sendable {
        /// The entry's directory.
        public let directory: FilePath
        /// A file of the entry.
        public func file(_ name: String) -> FilePath { directory.appending(name) }
    }

    private let root: FilePath

    /// Creates a view of a cache; makes nothing.
    public init(root: FilePath) {
        self.root = root
    }

    /// The product of a stage, or nil where it has to run.
    public func entry(_ stage: StageName, _ fingerprint: Fingerprint) -> Entry? {
        let directory = directory(stage, fingerprint)
        guard Files.exists(directory.appending("product.json")) else { return nil }
        // The time of the last use, for whoever makes room.
        utimes(directory.string, nil)
        return Entry(directory: directory)
    }

    /// What the product says of itself.
    public func product<Product: Decodable>(_ type: Product.Type, of entry: Entry) throws(Failure) -> Product {
        let data = try Files.read(entry.file("product.json"))
        do {
            return try Self.decoder.decode(type, from: data)
        } catch {
            throw Failure(
                .inputOutput,
                "the cached product in \(entry.directory) cannot be read",
                ["cause": "\(error)", "next": "remove that directory and run the command again"]
            )
        }
    }

    /// Adds a product: the files are moved into the cache, or linked where they are still in use.
    ///
    /// - Parameters:
    ///   - stage: The stage that made it.
    ///   - fingerprint: What went into it.
    ///   - product: What it says of itself.
    ///   - files: The files by the name that they get; on the same file system as the cache. Each stays where it was as well (a hard
    ///     link), so that overlays which name it go on working.
    @discardableResult
    public func add(
        _ stage: StageName,
        _ fingerprint: Fingerprint,
        product: some Encodable,
        files: [String: FilePath] = [:]
    ) throws(Failure) -> Entry {
        let final = directory(stage, fingerprint)
        try Files.makeDirectory(root)
        let partial = root.appending(".\(final.lastComponent?.string ?? "").\(getpid())")
        try Files.remove(partial)
        do throws(Failure) {
            try Files.makeDirectory(partial)
            for (name, file) in files.sorted(by: { $0.key < $1.key }) {
                try Files.syncFile(file)
                guard link(file.string, partial.appending(name).string) == 0 else {
                    throw Files.failure(Errno(rawValue: errno), "cannot link \(file) into the cache")
                }
            }
            try Files.write(Self.encode(fingerprint), to: partial.appending("inputs.json"))
            try Files.write(Self.encode(product), to: partial.appending("product.json"))
            // Another bake may have made the same product meanwhile, or a publication's image is gone: the newer one stands.
            try Files.remove(final)
            guard rename(partial.string, final.string) == 0 else {
                throw Files.failure(Errno(rawValue: errno), "cannot add \(final) to the cache")
            }
        } catch {
            try? Files.remove(partial)
            throw error
        }
        Files.syncDirectory(root)
        return Entry(directory: final)
    }

    /// Forgets a product.
    public func remove(_ stage: StageName, _ fingerprint: Fingerprint) throws(Failure) {
        try Files.remove(directory(stage, fingerprint))
    }

    /// What differs between a fingerprint and the newest cached one of the same stage and recipe.
    ///
    /// - Returns: nil where no product of that recipe's stage is cached.
    public func changes(_ stage: StageName, _ fingerprint: Fingerprint) -> [String]? {
        let candidates = Files.names(in: root).filter { $0.hasPrefix("\(stage.rawValue)-") }
        let newest = candidates.compactMap { name -> (Date, Fingerprint)? in
            let file = root.appending(name).appending("inputs.json")
            guard let data = try? Files.read(file), let other = try? Self.decoder.decode(Fingerprint.self, from: data),
                other.inputs["recipe"] == fingerprint.inputs["recipe"],
                let attributes = try? FileManager.default.attributesOfItem(atPath: file.string),
                let date = attributes[.modificationDate] as? Date
            else { return nil }
            return (date, other)
        }
        return newest.max { $0.0 < $1.0 }.map { fingerprint.differences(from: $0.1) }
    }

    /// Removes entries that a dead process left half-made.
    func sweep() {
        for name in Files.names(in: root) where name.hasPrefix(".") {
            guard let pid = name.split(separator: ".").last.flatMap({ pid_t($0) }), kill(pid, 0) != 0, errno == ESRCH
            else {
                continue
            }
            try? Files.remove(root.appending(name))
        }
    }

    private func directory(_ stage: StageName, _ fingerprint: Fingerprint) -> FilePath {
        root.appending("\(stage.rawValue)-\(fingerprint.digest.prefix(40))")
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
        encoder.dateEncodingStrategy = .iso8601
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}
