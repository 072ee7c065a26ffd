import Glibc
import Guestfs
import SystemPackage

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

    /// Makes an empty, sparse raw disk of 64 MiB.
    static func makeDisk(_ path: FilePath) throws {
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .exclusiveCreate],
            permissions: .ownerReadWrite
        )
        try file.closeAfter {
            if ftruncate(file.rawValue, 64 << 20) != 0 { throw Errno(rawValue: errno) }
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
