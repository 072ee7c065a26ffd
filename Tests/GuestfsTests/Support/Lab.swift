import CGuestfs
import Glibc
import Synchronization
import SystemPackage

@testable import Guestfs

/// Where the tests of this module work, and how they run the appliance.
enum Lab {
    /// The appliance is kept between runs: building it takes some seconds.
    static let cache = FilePath("/var/tmp/imagebake-tests-\(getuid())/guestfs")

    /// Emulation always: what the tests prove does not depend on the accelerator, and KVM may be there and broken.
    static let options = GuestfsOptions(forceTCG: true, cacheDirectory: cache)

    /// A new directory that is removed when `body` ends.
    static func withDirectory<R>(_ body: (FilePath) async throws -> R) async throws -> R {
        var template = Array("/tmp/imagebake-guestfs-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        let directory = FilePath(String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
        defer { removeTree(directory) }
        return try await body(directory)
    }

    /// Makes an empty, sparse raw disk, of 64 MiB unless said otherwise.
    static func makeDisk(_ path: FilePath, bytes: Int = 64 << 20) throws {
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .exclusiveCreate],
            permissions: .ownerReadWrite
        )
        try file.closeAfter {
            if ftruncate(file.rawValue, bytes) != 0 { throw Errno(rawValue: errno) }
        }
    }

    /// A directory for disks that several tests read, removed when the process ends.
    static func withPhonyDirectory<R>(_ body: (FilePath) async throws -> R) async throws -> R {
        var template = Array("/tmp/imagebake-guestfs-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        let directory = FilePath(String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
        leftBehind.withLock { $0 = directory }
        atexit { Lab.leftBehind.withLock { $0.map(Lab.removeTree) } }
        return try await body(directory)
    }

    private static let leftBehind = Mutex<FilePath?>(nil)

    /// Copies what a file holds, its holes left as such.
    static func copySparsely(_ source: FilePath, to target: FilePath) throws {
        let input = try FileDescriptor.open(source, .readOnly)
        defer { try? input.close() }
        let output = try FileDescriptor.open(
            target,
            .writeOnly,
            options: [.create, .truncate],
            permissions: .ownerReadWrite
        )
        defer { try? output.close() }
        let size = lseek(input.rawValue, 0, SEEK_END)
        if ftruncate(output.rawValue, size) != 0 { throw Errno(rawValue: errno) }
        var offset: off_t = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while offset < size {
            // SEEK_DATA
            let start = lseek(input.rawValue, offset, 3)
            if start < 0 { break }
            // SEEK_HOLE
            let end = lseek(input.rawValue, start, 4)
            offset = start
            while offset < end {
                let count = try buffer.withUnsafeMutableBytes {
                    try input.read(
                        fromAbsoluteOffset: Int64(offset),
                        into: .init(rebasing: $0.prefix(Int(end - offset)))
                    )
                }
                if count == 0 { break }
                try output.writeAll(toAbsoluteOffset: Int64(offset), buffer.prefix(count))
                offset += off_t(count)
            }
        }
    }

    /// All that is in the mounted guest.
    static func tree(_ session: GuestfsSession) throws -> [GuestPath: TreeEntry] {
        let archive = session.lease.directory.appending("tree.tar")
        defer { unlink(archive.string) }
        var arguments = guestfs_tar_out_opts_argv()
        try session.check(guestfs_tar_out_opts_argv(session.handle, "/", archive.string, &arguments), "tar_out")
        return TarArchive.entries(of: try read(archive))
    }

    /// A file whole.
    static func read(_ file: FilePath) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(file, .readOnly)
        return try descriptor.closeAfter {
            let size = try Int(descriptor.seek(offset: 0, from: .end))
            return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                while count < size {
                    let read = try descriptor.read(
                        fromAbsoluteOffset: Int64(count),
                        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                    )
                    if read == 0 { break }
                    count += read
                }
            }
        }
    }

    /// What a file takes on the host's disk.
    static func allocatedBytes(_ path: FilePath) throws -> Int {
        var status = stat()
        guard stat(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
        return Int(status.st_blocks) * 512
    }

    /// Makes an empty file.
    static func touch(_ path: FilePath) throws {
        try FileDescriptor.open(path, .writeOnly, options: .create, permissions: .ownerReadWrite).close()
    }

    static func names(in directory: FilePath) -> [String] {
        guard let stream = opendir(directory.string) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func removeTree(_ path: FilePath) {
        for name in names(in: path) where unlink(path.appending(name).string) != 0 { removeTree(path.appending(name)) }
        rmdir(path.string)
    }
}
