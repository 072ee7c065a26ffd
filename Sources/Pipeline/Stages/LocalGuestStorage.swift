import DiskImages
import Libvirt
import SystemPackage

/// The files of a guest in the bake's own directory.
struct LocalGuestStorage: GuestStorage {
    let bake: BakeContext

    private var disk: FilePath { bake.work.appending("disk.qcow2") }
    private var kernel: FilePath { bake.work.appending("vmlinuz") }
    private var initrd: FilePath { bake.work.appending("initrd.img") }

    func record(_ uuid: String) throws(Failure) {
        try GuestRecord(hypervisor: bake.hypervisor, uuid: uuid).save(in: bake.work)
    }

    func place(_ draft: GuestDraft) async throws -> GuestFiles {
        try await bake.qemuImg.create(disk, size: draft.diskBytes)
        // libvirt gives these files to the user that QEMU runs as, so they must be copies of our own.
        try await FileTransfer.place(draft.kernel, at: kernel)
        return GuestFiles(
            boot: .init(kernel: kernel, initrd: draft.initrd, commandLine: draft.commandLine),
            disk: disk,
            variables: bake.work.appending("uefi-variables.fd"),
            medium: draft.medium,
            mediumKeepsOwner: bake.hypervisor.switchesUser,
            sockets: bake.hypervisor.embeddedRoot.map { FilePath($0).appending(String(draft.uuid.prefix(8))) }
        )
    }

    func forgetBoot() async {
        // It lies where only we and QEMU's user read it, and libvirt's restoring of owners at the guest's end stops at a file that is gone.
    }

    func restoreBoot(kernel: FilePath, initrd: @Sendable () async throws -> FilePath) async throws {
        // Both are still there.
    }

    func collectDisk() async throws -> FilePath {
        try? Files.remove(initrd)
        return disk
    }

    func failedDisk(_ channel: StageChannel) async throws -> FilePath { disk }
}
