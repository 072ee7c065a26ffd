extension Guest {
    /// What is written over where a discard may stop short of the edge: QEMU drops whole clusters, of at most 2 MiB, only.
    private static let edge: Int64 = 2 << 20
    private static let longestHeader = 65536

    /// Empties the swap areas, which hold the memory of the machine that the disk comes from; UUID and label stay.
    ///
    /// Those on partitions and volumes, and files that the guest's fstab names.
    /// - Returns: What was done, in words.
    func renewSwap() throws -> [String] {
        var changes: [String] = []
        for device in try types().filter({ $0.value == "swap" }).keys.sorted() {
            try session.checkCancellation()
            guard try renewSwap(on: device) else { continue }
            changes.append("emptied the swap area \(device)")
        }
        for path in try swapFiles() {
            if try renewSwapFile(path) { changes.append("emptied the swap file \(path)") }
        }
        return changes
    }

    private func renewSwap(on device: String) throws -> Bool {
        let size = try session.size(of: device)
        let head = try session.read(device, at: 0, count: Int(min(size, Int64(Self.longestHeader))))
        guard let header = SwapHeader(head) else {
            warn("\(device): a swap area of an unknown kind, so it stays as it is")
            return false
        }
        if isDryRun { return true }
        do {
            try session.discard(device)
        } catch let error as GuestfsError where error.code == .operation {
            guard size <= Self.mostZeroed else {
                warn("\(device): not emptied: \(error.message); \(size >> 20) MiB are too much to overwrite")
                return false
            }
            try session.zero(device)
        }
        // A discard that is no promise (a disk of another kind) leaves at least no edges behind.
        let zeros = [UInt8](repeating: 0, count: Int(min(size, Self.edge)))
        try session.write(zeros, to: device, at: 0)
        try session.write(zeros, to: device, at: size - Int64(zeros.count))
        // The same page as mkswap writes, whatever the page size of the machine is.
        try session.write(header.page, to: device, at: 0)
        return true
    }

    /// The regular files that fstab uses for swap.
    private func swapFiles() throws -> [GuestPath] {
        let fstab = try session.readSmallFile("/etc/fstab") ?? []
        return fstab.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard fields.count >= 3, fields[2].elementsEqual("swap".utf8), fields[0].first == UInt8(ascii: "/"),
                !fields[0].starts(with: "/dev/".utf8)
            else { return nil }
            return GuestPath(Array(fields[0]))
        }
    }

    /// Makes the file anew, with the same size, owner and mode: new blocks, which read as zeros, and the old ones are trimmed.
    private func renewSwapFile(_ path: GuestPath) throws -> Bool {
        guard let status = try session.status(path), status.kind == .regular else { return false }
        do {
            try checkPlain(path.parent)
        } catch let error as GuestfsError where error.code == .operation {
            warn("\(path): \(error.message), so this swap file stays as it is")
            return false
        }
        let head = try session.read(file: path, count: Self.longestHeader)
        guard status.size >= 1 << 16, let header = SwapHeader(head) else {
            warn("\(path): no swap area, though fstab says so")
            return false
        }
        // Its file must not be copied on write, which an attribute says that only an empty file takes.
        let mount = mounts.filter { path.isBelow($0.mountpoint) }.max { $0.mountpoint < $1.mountpoint }
        if let mount, try types()[mount.device] == "btrfs" {
            warn("\(path): a swap file on btrfs, so it stays as it is")
            return false
        }
        let temporary = path.parent.appending(path.name + Array(".imagebake".utf8))
        guard try session.status(temporary) == nil else {
            warn("\(temporary) is in the way, so the swap file stays as it is")
            return false
        }
        if isDryRun { return true }
        try session.touch(temporary)
        try session.copyAttributes(of: path, to: temporary)
        try session.removeFile(path)
        try session.rename(temporary, to: path)
        try session.allocate(path, bytes: status.size)
        try session.write(header.page, into: path, at: 0)
        return true
    }
}
