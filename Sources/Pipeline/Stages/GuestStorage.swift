import SystemPackage

/// Where the files of a guest lie: on this machine, or in a storage pool of another.
protocol GuestStorage: Sendable {
    /// Writes a guest down before it is there, so that the command after a crash finds it.
    func record(_ uuid: String) throws(Failure)

    /// Makes the guest's files where its hypervisor can open them.
    func place(_ draft: GuestDraft) async throws -> GuestFiles

    /// Removes the files that a guest reads at its start only, for they may hold secrets.
    func forgetBoot() async

    /// Puts kernel and initrd back where ``forgetBoot()`` has removed them, for a guest that starts once more.
    ///
    /// - Parameter initrd: Makes the initrd anew; called only where it is gone.
    func restoreBoot(kernel: FilePath, initrd: @Sendable () async throws -> FilePath) async throws

    /// Brings the disk of a guest that has ended here.
    ///
    /// - Returns: The path of the disk, a qcow2.
    func collectDisk() async throws -> FilePath

    /// Has the disk of a guest whose install failed here, so that its logs can be read; nobody writes to it any more.
    ///
    /// - Returns: The path of the disk, a qcow2.
    /// - Throws: Why it cannot be had, in words that stand in the evidence.
    func failedDisk(_ channel: StageChannel) async throws -> FilePath
}
