extension Guest {
    /// Up to this many free bytes are overwritten where a file system cannot be trimmed; more would take too long, and room.
    static let mostZeroed: Int64 = 4 << 30

    /// Gives the free space of every mounted file system back to the image, so that what was deleted is not in it any more.
    ///
    /// Where the layers below pass no discards on, as libguestfs' LUKS does not, it is overwritten with zeros. One where neither is possible
    /// makes the image larger and keeps what was deleted, which is a warning and no error.
    func trim() throws -> [TrimResult] {
        var seen: Set<String> = []
        return try mounts.compactMap { mount in
            try session.checkCancellation()
            // Several subvolumes are one file system.
            guard seen.insert(try session.underlyingDevice(of: mount.device)).inserted else { return nil }
            do {
                try session.trim(mount.mountpoint)
                return TrimResult(mount, .trimmed)
            } catch let error as GuestfsError where error.code == .operation {
                return try zero(mount, because: error.message)
            }
        }
    }

    private func zero(_ mount: Mount, because reason: String) throws -> TrimResult {
        do {
            let free = try session.freeBytes(mount.mountpoint)
            guard free <= Self.mostZeroed else {
                let size = "\(free >> 20) MiB are free, too much to overwrite"
                return TrimResult(mount, .none, warning: "\(reason); \(size)")
            }
            try session.zeroFreeSpace(mount.mountpoint)
            return TrimResult(mount, .zeroed)
        } catch let error as GuestfsError where error.code == .operation {
            return TrimResult(mount, .none, warning: "\(reason); \(error.message)")
        }
    }
}

extension TrimResult {
    fileprivate init(_ mount: Guest.Mount, _ method: Method, warning: String? = nil) {
        self.init(device: mount.device, mountpoint: mount.mountpoint.description, method: method, warning: warning)
    }
}
