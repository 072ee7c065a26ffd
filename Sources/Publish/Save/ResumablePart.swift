import DiskImages
import Glibc
import SystemPackage

/// The beginning of an image beside the file that it will be, which outlives its process.
///
/// Its bytes are written from front to back, so that all of them up to its size are there; it is locked while a process adds to it.
final class ResumablePart {
    let path: FilePath
    let file: FileDescriptor
    private let destination: FilePath
    private var isOpen = true

    private init(path: FilePath, file: FileDescriptor, destination: FilePath) {
        self.path = path
        self.file = file
        self.destination = destination
    }

    deinit {
        _ = try? keep()
    }

    /// `NAME.KEY.part`, with a name that is cut where it would be too long for a file system.
    static func path(beside destination: FilePath, of image: Image) -> FilePath? {
        // Without a digest nothing could tell whether the pieces belong together.
        guard let digest = image.osHashValue ?? image.sha256 ?? image.checksum else { return nil }
        let accumulator = DigestAccumulator.sha256()
        Array("\(image.id) \(digest)".utf8).withUnsafeBytes { accumulator.update($0) }
        var name = destination.lastComponent?.string ?? ""
        while name.utf8.count > 200 { name.removeLast() }
        return destination.removingLastComponent().appending("\(name).\(accumulator.sha256Value().prefix(16)).part")
    }

    /// Opens the part.
    ///
    /// - Parameter isCreated: Whether to make one where there is none.
    /// - Returns: nil where there is none.
    /// - Throws: ``RegistryError`` with the code busy where another process adds to it.
    static func open(_ path: FilePath, for destination: FilePath, isCreated: Bool) throws -> ResumablePart? {
        while true {
            let file: FileDescriptor
            do {
                file = try FileDescriptor.open(
                    path,
                    .readWrite,
                    options: isCreated ? [.create, .closeOnExec, .noFollow] : [.closeOnExec, .noFollow],
                    permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite]
                )
            } catch let error as Errno where error == .noSuchFileOrDirectory && !isCreated {
                return nil
            } catch {
                throw DiskImageError(errno: FileIO.number(of: error), "cannot write", path)
            }
            do {
                guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
                    throw RegistryError(.busy, path: path, "another process is saving the same image to \(destination)")
                }
                let status = try FileIO.status(of: file, path)
                // In a directory that others may write to it could be theirs, or a name of one of our own files.
                guard status.isRegular, status.owner == geteuid(), status.links <= 1 else {
                    throw RegistryError(
                        .invalid,
                        path: path,
                        "\(path) is not a file of this user's, or has another name too; remove it"
                    )
                }
                // The process that had it may have given it its name meanwhile.
                if let present = try FileIO.status(at: path), present.isSameFile(as: status) {
                    return ResumablePart(path: path, file: file, destination: destination)
                }
                try? file.close()
            } catch {
                try? file.close()
                throw error
            }
        }
    }

    /// How many bytes are there.
    func size() throws -> Int64 { try FileIO.status(of: file, path).size }

    /// Cuts it, or lets it end with a hole.
    func truncate(to size: Int64) throws {
        guard ftruncate(file.rawValue, off_t(size)) == 0 else {
            throw DiskImageError(errno: errno, "cannot write", path)
        }
    }

    /// Gives it the file's name, durably.
    func commit() throws {
        try FileIO.sync(file, path)
        try FileIO.rename(path, to: destination)
        isOpen = false
        try? file.close()
        try FileIO.syncDirectory(destination.removingLastComponent())
    }

    /// Leaves it for another time, and answers its size; an empty one is removed.
    @discardableResult
    func keep() throws -> Int64 {
        guard isOpen else { return 0 }
        let size = try size()
        if size == 0 { _ = try? FileIO.remove(path) }
        isOpen = false
        try? file.close()
        return size
    }

    /// Removes it.
    func discard() {
        guard isOpen else { return }
        isOpen = false
        _ = try? FileIO.remove(path)
        try? file.close()
    }
}
