import Glibc
public import SystemPackage

extension StorageVolume {
    // How long a cancelled transfer may take to notice; one that waits for a host that is gone does not.
    private static let grace = Duration.seconds(2)

    /// Writes a file of this machine into the volume; its holes are not carried, and stay holes, where the driver can do that.
    ///
    /// A cancelled task aborts it. What is in the volume after an error is of no use.
    /// - Parameters:
    ///   - file: What to carry. It takes 256 KiB of memory, however large the file is.
    ///   - progress: Told now and then, and at the end, on a thread of the transfer's own.
    /// - Throws: ``LibvirtError``, with ``LibvirtError/Code/localFile(_:)`` where the file cannot be read and
    ///   ``LibvirtError/Code/connectionLost`` where the host vanishes.
    public func upload(
        _ file: FilePath,
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws(LibvirtError) {
        let transfer = VolumeTransfer(self, operation: "upload \(file)", progress: progress)
        let turn = pool.connection.turn
        try await blocking(
            within: nil,
            grace: Self.grace,
            transfer.operation,
            loss: pool.connection.loss,
            onCancel: transfer.cancel
        ) { () throws(LibvirtError) in
            try turn.take { () throws(LibvirtError) in try transfer.upload(file) }
        }
    }

    /// Writes the volume into a new file of this machine, which gets its holes.
    ///
    /// A cancelled task aborts it. After an error the file does not exist.
    /// - Parameters:
    ///   - file: Where to; nothing may be there. It takes some 32 MiB of memory where this machine's disk is slow.
    ///   - progress: Told now and then, and at the end, on a thread of the transfer's own.
    /// - Throws: ``LibvirtError`` as for ``upload(_:progress:)``.
    public func download(
        to file: FilePath,
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws(LibvirtError) {
        let wasThere = Self.exists(file)
        let transfer = VolumeTransfer(self, operation: "download '\(name)' to \(file)", progress: progress)
        let turn = pool.connection.turn
        do throws(LibvirtError) {
            try await blocking(
                within: nil,
                grace: Self.grace,
                transfer.operation,
                loss: pool.connection.loss,
                onCancel: transfer.cancel
            ) { () throws(LibvirtError) in
                try turn.take { () throws(LibvirtError) in try transfer.download(to: file) }
            }
        } catch {
            // The thread that writes it may still wait for a host that is gone.
            transfer.cancel()
            if !wasThere { unlink(file.string) }
            throw error
        }
    }

    private static func exists(_ file: FilePath) -> Bool {
        var status = stat()
        return lstat(file.string, &status) == 0
    }
}
