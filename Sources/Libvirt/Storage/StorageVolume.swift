import CLibvirt
import Glibc
public import SystemPackage

/// A storage volume: a file on the hypervisor's host, which libvirt carries there and back.
public final class StorageVolume: @unchecked Sendable {
    // Unchecked: as for Connection, libvirt's own locks make the object usable from any thread, and `raw` never changes.
    let raw: OpaquePointer
    let pool: StoragePool

    /// Its name, unique in its pool.
    public let name: String

    init(raw: OpaquePointer, pool: StoragePool) {
        self.raw = raw
        self.pool = pool
        name = virStorageVolGetName(raw).map { String(cString: $0) } ?? ""
    }

    deinit {
        virStorageVolFree(raw)
    }

    /// Where it lies on the hypervisor's host.
    public func path() async throws(LibvirtError) -> FilePath {
        try await pool.connection.blocking { () throws(LibvirtError) in
            guard let text = virStorageVolGetPath(self.raw) else {
                throw LibvirtError.last("ask for the path of the storage volume '\(self.name)'")
            }
            defer { free(text) }
            return FilePath(String(cString: text))
        }
    }

    /// The length of its file in bytes, and how many of them take room.
    public func size() async throws(LibvirtError) -> (length: Int64, allocated: Int64) {
        try await pool.connection.blocking { () throws(LibvirtError) in try self.readSize() }
    }

    func readSize() throws(LibvirtError) -> (length: Int64, allocated: Int64) {
        let operation = "ask for the size of the storage volume '\(name)'"
        var info = virStorageVolInfo()
        try check(virStorageVolGetInfo(raw, &info), operation)
        let allocated = Int64(clamping: info.allocation)
        // With the flag libvirt tells the file's length in the field for what is allocated.
        try check(virStorageVolGetInfoFlags(raw, &info, VIR_STORAGE_VOL_GET_PHYSICAL.rawValue), operation)
        return (Int64(clamping: info.allocation), allocated)
    }

    /// Deletes it.
    ///
    /// One that is gone already is no error.
    public func delete() async throws(LibvirtError) {
        do throws(LibvirtError) {
            _ = try await pool.connection.blocking { () throws(LibvirtError) in
                try check(virStorageVolDelete(self.raw, 0), "delete the storage volume '\(self.name)'")
            }
        } catch  where error.code == .noStorageVolume {
            return
        }
    }
}
