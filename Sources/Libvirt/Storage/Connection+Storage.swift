import CLibvirt
public import SystemPackage

extension Connection {
    /// Finds a storage pool by its name, or answers nil where there is none.
    public func storagePool(_ name: String) async throws(LibvirtError) -> StoragePool? {
        do throws(LibvirtError) {
            return try await blocking { () throws(LibvirtError) in
                guard let raw = virStoragePoolLookupByName(self.raw, name) else {
                    throw LibvirtError.last("look up the storage pool '\(name)'")
                }
                return StoragePool(raw: raw, connection: self)
            }
        } catch  where error.code == .noStoragePool {
            return nil
        }
    }

    /// Makes a storage pool in a directory of its own, which libvirt makes where it does not exist.
    ///
    /// libvirt knows the pool until ``StoragePool/remove()``: it can delete the directory of such a pool only.
    /// - Parameters:
    ///   - name: The pool's name, unique on the connection.
    ///   - directory: An absolute path on the hypervisor's host.
    public func makeStoragePool(_ name: String, in directory: FilePath) async throws(LibvirtError) -> StoragePool {
        let xml = StorageXML.pool(name: name, directory: directory)
        return try await blocking { () throws(LibvirtError) in
            guard let raw = virStoragePoolDefineXML(self.raw, xml, 0) else {
                throw LibvirtError.last("make the storage pool '\(name)'")
            }
            let pool = StoragePool(raw: raw, connection: self)
            do throws(LibvirtError) {
                // QEMU may run as another user: it passes the directory, which nobody but its owner can list.
                try check(virStoragePoolBuild(raw, 0), "make the directory \(directory) of a storage pool")
                try check(virStoragePoolCreate(raw, 0), "start the storage pool '\(name)'")
            } catch {
                virStoragePoolDelete(raw, 0)
                virStoragePoolUndefine(raw)
                throw error
            }
            return pool
        }
    }
}
