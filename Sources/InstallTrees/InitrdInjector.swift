import Glibc
public import SystemPackage

/// Makes a copy of an initrd with a few files added to its root, a kickstart above all.
///
/// The kernel unpacks an initrd that is several archives one after another, compressed or not, separated by zero bytes;
/// the later ones win. An uncompressed archive must start at a multiple of 4 bytes.
/// Source: the kernel's Documentation/driver-api/early-userspace/buffer-format.rst.
public enum InitrdInjector {
    /// A file to add.
    public struct File: Sendable, Hashable {
        /// Relative to the initrd's root, `ks.cfg` or `dir/ks.cfg`; directories on the way are added with mode 0755.
        public let name: String
        /// What is in it.
        public let contents: [UInt8]
        /// The permission bits, 0600 where nothing is said.
        public let mode: UInt16

        /// A file to add.
        public init(name: String, contents: [UInt8], mode: UInt16 = 0o600) {
            self.name = name
            self.contents = contents
            self.mode = mode
        }
    }

    /// The largest sum of all added files, in bytes: what is added is held in memory.
    public static let sizeLimit = 64 << 20

    /// Writes the copy, mode 0600 since a kickstart holds a password hash.
    ///
    /// The copy shares the original's blocks where the file system can (reflink). It is written under a temporary name,
    /// synced and renamed; an older file of that name is replaced.
    ///
    /// - Parameters:
    ///   - files: what to add; an empty list makes a plain copy.
    ///   - initrd: stays as it is.
    ///   - output: in an existing directory.
    /// - Throws: `unsafePath` for a name that leaves the root, repeats another or clashes with a directory, `tooLarge`,
    ///   and the errors of files; `cancelled` when the task is cancelled.
    public static func inject(
        _ files: [File],
        into initrd: FilePath,
        writing output: FilePath
    ) async throws(TreeError) {
        let archive = try archive(files)
        try await Blocking.run(output) { (cancelled) throws(TreeError) in
            let temporary = Files.temporaryName(for: output)
            let source = try Files.openForReading(initrd)
            defer { try? source.close() }
            let target = try Files.create(temporary, mode: [.ownerReadWrite])
            defer { try? target.close() }
            do throws(TreeError) {
                let size = try copy(source, initrd, target, output, cancelled)
                let padding = [UInt8](repeating: 0, count: Int((4 - size % 4) % 4))
                _ = try Files.check(output, "cannot write") {
                    try target.seek(offset: size, from: .start)
                    _ = try target.writeAll(padding + archive)
                }
                try Files.sync(target, output)
                if cancelled() { throw TreeError.cancelled(output.string) }
                try Files.rename(temporary, to: output)
            } catch {
                Files.remove(temporary)
                throw error
            }
        }
    }

    /// The archive that is appended; empty for no files.
    static func archive(_ files: [File]) throws(TreeError) -> [UInt8] {
        guard !files.isEmpty else { return [] }
        let total = files.reduce(0) { $0 + $1.contents.count }
        guard total <= sizeLimit else {
            throw TreeError(
                .tooLarge,
                at: files[0].name,
                "the files to add to the initrd have \(total) bytes, more than \(sizeLimit >> 20) MiB"
            )
        }
        var archive = CPIOArchive()
        // The unpacker sets the mode of the root from this entry; dracut's services break where it is not 0755.
        archive.addDirectory(".", mode: 0o755)
        var directories: Set<String> = ["."]
        var names: Set<String> = []
        for file in files {
            guard let name = TreePath.normalized(file.name), name != "TRAILER!!!", file.mode & ~0o7777 == 0 else {
                throw unsafe(file.name, "is not a plain name with a plain mode")
            }
            let components = name.split(separator: "/")
            for depth in components.indices.dropFirst() {
                let directory = components[..<depth].joined(separator: "/")
                guard !names.contains(directory) else { throw unsafe(file.name, "is below another file") }
                if directories.insert(directory).inserted { archive.addDirectory(directory, mode: 0o755) }
            }
            guard !directories.contains(name), names.insert(name).inserted else {
                throw unsafe(file.name, "is there twice")
            }
            archive.addFile(name, mode: file.mode, file.contents)
        }
        archive.finish()
        return archive.bytes
    }

    private static func unsafe(_ name: String, _ why: String) -> TreeError {
        TreeError(.unsafePath, at: name, "the file to add to the initrd, '\(name)', \(why)")
    }

    /// Copies all of `source` and returns its size in bytes.
    private static func copy(
        _ source: FileDescriptor,
        _ sourcePath: FilePath,
        _ target: FileDescriptor,
        _ targetPath: FilePath,
        _ cancelled: @Sendable () -> Bool
    ) throws(TreeError) -> Int64 {
        // FICLONE of linux/fs.h: _IOW(0x94, 9, int), the same number on every architecture that Swift runs on.
        if ioctl(target.rawValue, 0x4004_9409 as UInt, source.rawValue) == 0 {
            return try Files.status(target, targetPath).size
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var size: Int64 = 0
        while true {
            if cancelled() { throw .cancelled(targetPath.string) }
            let count = try Files.check(sourcePath, "cannot read") { try source.read(into: buffer) }
            if count == 0 { return size }
            try Files.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: target, targetPath)
            size += Int64(count)
        }
    }
}
