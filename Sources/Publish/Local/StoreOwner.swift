import DiskImages
import Foundation
import Glibc
import SystemPackage

/// Whose a store's directory is: a file in it has the id of the one registry that keeps bytes there.
///
/// Two registries in one directory would take each other's bytes for nobody's. Where the file is missing, a disk that is not mounted for
/// instance, or another registry's, nothing is written and nothing removed.
struct StoreOwner {
    let layout: RegistryLayout

    private static let name = ".imagebake-store"

    private var identity: FilePath { layout.root.appending("registry-id") }

    /// Whether a store is this registry's; its own directory is.
    func owns(_ store: LocalStore) -> Bool {
        if store.id == LocalStore.own { return true }
        guard let own = try? Self.read(identity), !own.isEmpty else { return false }
        return (try? Self.read(Self.file(in: store.root))) == own
    }

    /// Refuses a store that is not this registry's.
    func require(_ store: LocalStore) throws(RegistryError) {
        guard owns(store) else {
            throw RegistryError(
                .unavailable,
                path: store.root,
                "the store '\(store.id)' is not at \(store.root): \(Self.file(in: store.root)) is missing, or another "
                    + "registry's; mount its disk"
            )
        }
    }

    /// Makes a directory this registry's, and answers whether there are bytes already; inside a write transaction.
    ///
    /// - Throws: ``RegistryError`` with the code conflict for another registry's, and for one with bytes of which nobody knows whose.
    func take(_ store: LocalStore) throws -> Bool {
        let own = try makeIdentity()
        let file = Self.file(in: store.root)
        func conflict(_ words: String) -> RegistryError {
            RegistryError(.conflict, path: store.root, "\(store.root) \(words); choose an empty directory")
        }
        guard try FileIO.status(at: store.root.appending("index.sqlite")) == nil else {
            throw conflict("is a registry itself")
        }
        let hasBytes = try !RegistryIndex.files(in: store).isEmpty
        if let owner = try Self.read(file) {
            guard owner == own else { throw conflict("is a store of another registry, as \(file) says") }
        } else if hasBytes {
            throw conflict("has a registry's bytes already, and no \(Self.name) that says whose they are")
        }
        for directory in [store.blobs, store.ingest] { try FileIO.createDirectories(directory) }
        if try !Self.create(file, own, over: store.ingest), try Self.read(file) != own {
            throw conflict("is a store of another registry, as \(file) says")
        }
        return hasBytes
    }

    /// Gives an empty directory free for another registry; inside a write transaction.
    func release(_ store: LocalStore) throws {
        guard owns(store), try RegistryIndex.files(in: store).isEmpty else { return }
        try FileIO.remove(Self.file(in: store.root))
    }

    /// Refuses to make a registry of a directory that is a store of one.
    func requireNoStore() throws {
        guard try FileIO.status(at: Self.file(in: layout.root)) == nil else {
            throw RegistryError(
                .conflict,
                path: layout.root,
                "\(layout.root) is a store of another registry, and cannot be a registry itself; choose another directory"
            )
        }
    }

    private func makeIdentity() throws -> String {
        if let id = try Self.read(identity) { return id }
        _ = try Self.create(identity, ImageID().description, over: layout.ingest)
        guard let id = try Self.read(identity) else { throw DiskImageError(errno: ENOENT, "cannot read", identity) }
        return id
    }

    private static func file(in root: FilePath) -> FilePath { root.appending(name) }

    /// What such a file says; nil where there is none.
    private static func read(_ path: FilePath) throws -> String? {
        guard try FileIO.status(at: path) != nil else { return nil }
        let (file, _) = try FileIO.openRegular(path)
        defer { try? file.close() }
        var bytes = [UInt8](repeating: 0, count: 64)
        do {
            let count = try bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: 0, into: $0) }
            return String(decoding: bytes.prefix(count), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        } catch {
            throw DiskImageError(errno: FileIO.number(of: error), "cannot read", path)
        }
    }

    /// Makes such a file, whole or not at all; answers false where there is one.
    private static func create(_ path: FilePath, _ text: String, over ingest: FilePath) throws -> Bool {
        let partial = try PartialFile.create(in: ingest, for: "id")
        defer { partial.discard() }
        do {
            try partial.file.writeAll("\(text)\n".utf8)
        } catch {
            throw DiskImageError(errno: FileIO.number(of: error), "cannot write", path)
        }
        try FileIO.sync(partial.file, path)
        let result = partial.path.withPlatformString { old in path.withPlatformString { new in link(old, new) } }
        if result != 0 {
            if errno == EEXIST { return false }
            throw DiskImageError(errno: errno, "cannot create", path)
        }
        try FileIO.syncDirectory(path.removingLastComponent())
        return true
    }

    // MARK: - Places

    /// A path without symbolic links, also of a directory that is still to be made.
    static func realPath(_ path: FilePath) throws(DiskImageError) -> FilePath {
        if let real = path.withPlatformString({ realpath($0, nil) }) {
            defer { free(real) }
            return FilePath(platformString: real)
        }
        let number = errno
        let parent = path.removingLastComponent()
        guard number == ENOENT, let last = path.lastComponent, parent != path else {
            throw DiskImageError(errno: number, "cannot resolve", path)
        }
        return try realPath(parent).appending(last).lexicallyNormalized()
    }

    /// Whether one of two directories is, or is inside, the other, also over links and mounts.
    static func overlap(_ one: FilePath, _ other: FilePath) throws(DiskImageError) -> Bool {
        if one.starts(with: other) || other.starts(with: one) { return true }
        if try isInside(one, other) { return true }
        return try isInside(other, one)
    }

    private static func isInside(_ path: FilePath, _ directory: FilePath) throws(DiskImageError) -> Bool {
        guard let status = try? FileIO.status(at: directory) else { return false }
        var ancestor = try realPath(path)
        while true {
            if let found = try? FileIO.status(at: ancestor), found.isSameFile(as: status) { return true }
            let parent = ancestor.removingLastComponent()
            if parent == ancestor { return false }
            ancestor = parent
        }
    }
}
