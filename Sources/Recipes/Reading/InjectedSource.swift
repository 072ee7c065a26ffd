import Glibc
import SystemPackage

/// Reads a file beside a recipe, and nothing that lies outside the recipe's directory.
enum InjectedSource {
    /// The size above which a file is refused, in bytes: it is held in memory, and in the guest's too.
    static let limit = 16 << 20

    /// The size above which a file, or a tree of files, is refused that is written to a guest's disk.
    static let treeLimit = 64 << 20

    /// Why a file is not read.
    struct Refusal: Error {
        /// What is wrong, to follow the file's name.
        let reason: String
    }

    /// Reads a file by its path below a directory.
    ///
    /// Every component is opened by itself and none may be a symbolic link, so no link leads out of the directory, whoever made it
    /// and whenever.
    static func read(
        _ name: String,
        below directory: FilePath,
        atMost limit: Int = limit
    ) throws(Refusal) -> [UInt8] {
        let components = name.split(separator: "/").filter { $0 != "." }.map(String.init)
        guard let last = components.last else { throw Refusal(reason: "is a directory") }
        do {
            var folder = try FileDescriptor.open(directory, .readOnly, options: [.directory, .closeOnExec])
            defer { try? folder.close() }
            for component in components.dropLast() {
                let next = try open(component, in: folder, O_DIRECTORY)
                try? folder.close()
                folder = next
            }
            let file = try open(last, in: folder, O_NONBLOCK)
            defer { try? file.close() }
            return try bytes(of: file, atMost: limit)
        } catch let refusal as Refusal {
            throw refusal
        } catch Errno.tooManySymbolicLinkLevels {
            throw Refusal(reason: "is a symbolic link, or lies behind one")
        } catch Errno.notDirectory {
            throw Refusal(reason: "lies behind a file or a symbolic link")
        } catch Errno.noSuchFileOrDirectory {
            throw Refusal(reason: "does not exist")
        } catch {
            throw Refusal(reason: "cannot be read: \(error)")
        }
    }

    /// Opens something in a directory, which must not be a symbolic link.
    static func open(_ name: String, in folder: FileDescriptor, _ flags: Int32) throws -> FileDescriptor {
        let descriptor = openat(folder.rawValue, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        return FileDescriptor(rawValue: descriptor)
    }

    /// What is in a regular file.
    static func bytes(of file: FileDescriptor, atMost limit: Int) throws -> [UInt8] {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Refusal(reason: "is not a regular file") }
        let tooLarge = Refusal(reason: "has more than \(ByteCount(bytes: Int64(limit)))")
        guard status.st_size <= limit else { throw tooLarge }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size))
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            // The file may grow while it is read.
            guard bytes.count <= limit else { throw tooLarge }
        }
    }
}
