extension FileSystemTable {
    /// What keeps a root file system that is the whole disk from coming up with a table, and what to do about it; nil where nothing does.
    static func obstacle(_ entries: [Entry]) -> (what: String, hint: String)? {
        for entry in entries {
            switch entry.source {
            case .other: continue
            case .uuid, .label: if entry.mountpoint == "/" { continue }
            case .device, .unclear:
                guard entry.mountpoint == "/" else { break }
                return (
                    "its /etc/fstab mounts / by the name of a device or a partition, which is another one there",
                    "mount it by UUID= or LABEL="
                )
            }
            guard !entry.isDispensable else { continue }
            let isSwap = entry.type == "swap"
            let what = isSwap ? "swap space" : "a file system on \(entry.mountpoint)"
            return (
                "its /etc/fstab makes it wait for \(what), which is not there",
                isSwap
                    ? "leave swap out, or add 'nofail' to its options" : "leave it out, or add 'nofail' to its options"
            )
        }
        return nil
    }
}
