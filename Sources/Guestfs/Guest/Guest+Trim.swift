extension Guest {
    /// Gives the free space of every mounted file system back to the image.
    ///
    /// One that cannot be trimmed only makes the image larger, so that is no error.
    func trim() throws -> [TrimResult] {
        var seen: Set<String> = []
        return try mounts.filter { seen.insert($0.device).inserted }.map { mount in
            try session.checkCancellation()
            do {
                try session.trim(mount.mountpoint)
                return TrimResult(device: mount.device, mountpoint: mount.mountpoint.description, warning: nil)
            } catch let error as GuestfsError {
                return TrimResult(
                    device: mount.device,
                    mountpoint: mount.mountpoint.description,
                    warning: error.message
                )
            }
        }
    }
}
