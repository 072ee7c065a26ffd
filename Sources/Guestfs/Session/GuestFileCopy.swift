import CGuestfs
import Glibc
import Inventory
import SystemPackage

/// A copy of a guest's file on the host, read a piece at a time and gone with the value.
final class GuestFileCopy: ByteSource {
    private let path: FilePath
    private let descriptor: FileDescriptor
    let size: Int64

    /// Copies a regular file; nil where there is none.
    ///
    /// - Parameters:
    ///   - file: The file in the guest.
    ///   - limit: The most bytes that are copied; a larger file is an error.
    init?(_ file: GuestPath, from session: GuestfsSession, limit: Int64) throws {
        guard let status = try session.status(file), status.kind == .regular else { return nil }
        guard status.size <= limit else {
            throw InventoryError(.tooLarge, "\(file) has \(status.size) bytes, more than \(limit)")
        }
        size = status.size
        path = session.lease.directory.appending("copy-\(UInt32.random(in: 0 ... .max))")
        let name = path.string
        // With a size: nothing that the guest's file is can fill the host's disk.
        try file.withCString {
            _ = try session.check(
                guestfs_download_offset(session.handle, $0, name, 0, status.size),
                "download_offset",
                path: file
            )
        }
        do {
            descriptor = try FileDescriptor.open(path, .readOnly)
        } catch {
            unlink(name)
            throw error
        }
    }

    deinit {
        try? descriptor.close()
        unlink(path.string)
    }

    func read(at offset: Int64, count: Int) throws(InventoryError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size, Int64(count) <= size - offset else {
            throw InventoryError(.corrupt, "the file ends before byte \(offset) + \(count)")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let result = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor.rawValue, buffer.baseAddress.map { $0 + done }, count - done, Int(offset) + done)
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else { throw InventoryError(.unreadable, "the copy of the database cannot be read") }
            done += result
        }
        return bytes
    }
}
