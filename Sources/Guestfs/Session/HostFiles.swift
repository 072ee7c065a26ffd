import Glibc
import SystemPackage

/// The few things on the host's file system that a session needs.
enum HostFiles {
    /// The names in a directory, unsorted; none when it cannot be read.
    static func names(in directory: FilePath) -> [String] {
        guard let stream = opendir(directory.string) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            )
        }
        return names.filter { $0 != "." && $0 != ".." }
    }

    /// The content of a small file; nil when it cannot be read.
    static func read(_ file: FilePath) -> [UInt8]? {
        guard let descriptor = try? FileDescriptor.open(file, .readOnly) else { return nil }
        defer { try? descriptor.close() }
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while let count = try? piece.withUnsafeMutableBytes({ try descriptor.read(into: $0) }), count > 0 {
            content += piece.prefix(count)
        }
        return content
    }

    /// Writes a new file that nobody else may read.
    static func writeOwn(_ content: [UInt8], to file: FilePath) throws {
        try write(content, to: file, permissions: .ownerReadWrite)
    }

    /// Writes a new file, 0644 where nothing else is said.
    static func write(
        _ content: [UInt8],
        to file: FilePath,
        permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
    ) throws {
        let options: FileDescriptor.OpenOptions = [.create, .truncate]
        let descriptor = try FileDescriptor.open(file, .writeOnly, options: options, permissions: permissions)
        try descriptor.closeAfter { _ = try descriptor.writeAll(content) }
    }

    /// Makes a new directory of this process' own, 0700.
    static func makeTemporaryDirectory(in parent: FilePath, prefix: String) throws -> FilePath {
        var template = Array(parent.appending("\(prefix)XXXXXX").string.utf8CString)
        guard mkdtemp(&template) != nil else {
            let reason = String(cString: strerror(errno))
            throw GuestfsError(.launch, "launch", "cannot make a directory in \(parent): \(reason)")
        }
        return FilePath(String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    /// Removes a directory of ours with what is in it; links are removed, not followed.
    static func removeTree(_ path: FilePath) {
        for name in names(in: path) {
            let entry = path.appending(name)
            if unlink(entry.string) != 0 { removeTree(entry) }
        }
        rmdir(path.string)
    }
}
