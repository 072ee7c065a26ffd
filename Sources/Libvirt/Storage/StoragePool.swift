import CLibvirt
import Glibc
public import SystemPackage

/// A storage pool: a place on the hypervisor's host where libvirt keeps volumes.
public final class StoragePool: @unchecked Sendable {
    // Unchecked: as for Connection, libvirt's own locks make the object usable from any thread, and `raw` never changes.
    let raw: OpaquePointer
    let connection: Connection

    /// Its name, unique on the connection.
    public let name: String

    init(raw: OpaquePointer, connection: Connection) {
        self.raw = raw
        self.connection = connection
        name = virStoragePoolGetName(raw).map { String(cString: $0) } ?? ""
    }

    deinit {
        virStoragePoolFree(raw)
    }

    /// Whether it has been started.
    public func isActive() async throws(LibvirtError) -> Bool {
        try await connection.blocking { () throws(LibvirtError) in
            try check(virStoragePoolIsActive(self.raw), "ask for the state of the storage pool '\(self.name)'") == 1
        }
    }

    /// Starts it.
    public func start() async throws(LibvirtError) {
        _ = try await connection.blocking { () throws(LibvirtError) in
            try check(virStoragePoolCreate(self.raw, 0), "start the storage pool '\(self.name)'")
        }
    }

    /// The directory in which its volumes are files; nil where they are something else, such as logical volumes.
    public func directory() async throws(LibvirtError) -> FilePath? {
        let xml = try await connection.blocking { () throws(LibvirtError) in
            guard let text = virStoragePoolGetXMLDesc(self.raw, 0) else {
                throw LibvirtError.last("read the definition of the storage pool '\(self.name)'")
            }
            defer { free(text) }
            return String(cString: text)
        }
        // The kinds whose volumes are files (libvirt, docs/storage.rst).
        let type = StorageXML.text("@type", in: xml)
        guard let type, ["dir", "fs", "netfs"].contains(type) else { return nil }
        return StorageXML.text("target/path", in: xml).map { FilePath($0) }
    }

    /// The bytes that are free in it.
    public func freeBytes() async throws(LibvirtError) -> Int64 {
        try await connection.blocking { () throws(LibvirtError) in
            var info = virStoragePoolInfo()
            try check(virStoragePoolGetInfo(self.raw, &info), "ask for the room in the storage pool '\(self.name)'")
            return Int64(clamping: info.available)
        }
    }

    /// Makes a volume that only its owner may read, which takes no room before it is written to.
    ///
    /// - Parameters:
    ///   - name: Its name, unique in the pool, and that of its file.
    ///   - format: What it is to hold.
    ///   - capacity: The bytes that a guest sees.
    public func makeVolume(
        _ name: String,
        format: StorageFormat,
        capacity: Int64
    ) async throws(LibvirtError) -> StorageVolume {
        let xml = StorageXML.volume(name: name, format: format, capacity: capacity)
        return try await connection.blocking { () throws(LibvirtError) in
            guard let raw = virStorageVolCreateXML(self.raw, xml, 0) else {
                throw LibvirtError.last("make the storage volume '\(name)' in the pool '\(self.name)'")
            }
            return StorageVolume(raw: raw, pool: self)
        }
    }

    /// Its volumes, those too that came into its directory otherwise.
    public func volumes() async throws(LibvirtError) -> [StorageVolume] {
        try await connection.blocking { () throws(LibvirtError) in
            let operation = "list the volumes of the storage pool '\(self.name)'"
            try check(virStoragePoolRefresh(self.raw, 0), operation)
            var list: UnsafeMutablePointer<OpaquePointer?>?
            let count = try check(virStoragePoolListAllVolumes(self.raw, &list, 0), operation)
            defer { free(list) }
            return (0..<Int(count)).compactMap { index in
                list?[index].map { StorageVolume(raw: $0, pool: self) }
            }
        }
    }

    /// Removes a pool that ``Connection/makeStoragePool(_:in:)`` made, and its directory, in which nothing may be left.
    ///
    /// - Parameter hasDirectory: Whether there is one; it may have been removed behind libvirt's back.
    public func remove(hasDirectory: Bool = true) async throws(LibvirtError) {
        try await connection.blocking { () throws(LibvirtError) in
            if virStoragePoolIsActive(self.raw) == 1 {
                try check(virStoragePoolDestroy(self.raw), "stop the storage pool '\(self.name)'")
            }
            if hasDirectory {
                try check(virStoragePoolDelete(self.raw, 0), "remove the directory of the storage pool '\(self.name)'")
            }
            try check(virStoragePoolUndefine(self.raw), "remove the storage pool '\(self.name)'")
        }
    }
}
