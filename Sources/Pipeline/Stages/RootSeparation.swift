import DiskImages
import Guestfs
import SystemPackage

/// Makes a root file system, a kernel and an initrd of a sealed disk, from which a cloud starts servers without a boot loader.
struct RootSeparation {
    let sealed: SealedDisk
    let bake: BakeContext
    let channel: StageChannel

    /// Writes the three files.
    ///
    /// The file system goes from disk to file by qemu-img alone, as it is: nothing of it is changed after the seal, so that what does not
    /// start by itself is refused.
    /// - Parameter index: Which of the recipe's outputs it is, counted from 0.
    /// - Returns: The files by their names, and what is to be known of them.
    /// - Throws: ``GuestfsError`` with `notSeparable`, and others; `DiskImageError`; `CancellationError`.
    func run(_ index: Int) async throws -> (files: [String: FilePath], record: ArtefactRecord) {
        func file(_ ending: String) -> (name: String, path: FilePath) {
            let name = "image-\(index).\(ending)"
            return (name, bake.work.appending(name))
        }
        let (image, kernel, ramdisk) = (file("ami"), file("aki"), file("ari"))
        channel.activity("taking kernel and initrd out of the disk")
        let root = try await Separation.run(
            on: GuestDisk(sealed.overlay, format: .qcow2),
            layout: sealed.record.layout,
            kernel: kernel.path,
            ramdisk: ramdisk.path,
            options: bake.guestfsOptions(await bake.localAccelerator(channel))
        )
        channel.activity("writing ami")
        let region = DiskRegion(offset: root.offset, length: root.length)
        let info = try await bake.qemuImg.convert(
            sealed.overlay,
            format: .qcow2,
            backing: .trusted,
            region: region,
            to: image.path,
            output: .raw
        ) { progress in
            channel.bytes(progress.completed, of: progress.total)
        }
        channel.note("the root file system, \(root.type), starts with the kernel \(root.kernel): \(root.commandLine)")
        let boot = ArtefactRecord.BootRecord(
            kernel: kernel.name,
            ramdisk: ramdisk.name,
            commandLine: root.commandLine,
            region: region
        )
        let record = ArtefactRecord(
            name: image.name,
            format: .raw,
            virtualSize: info.virtualSize,
            size: info.actualSize,
            boot: boot
        )
        return ([image.name: image.path, kernel.name: kernel.path, ramdisk.name: ramdisk.path], record)
    }
}
