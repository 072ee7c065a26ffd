/// What the meaning of a recipe's other keys depends on: they are read after these.
struct InstallTarget {
    /// The operating system that is installed.
    let os: OperatingSystem

    /// The processor architecture of the guest.
    let architecture: Architecture

    /// The guest in which the installer runs.
    let machine: Recipe.Machine

    /// The kind of partition table that the installer makes when nobody says.
    var standardDiskLabel: Recipe.DiskLabel {
        machine.firmware == .bios ? os.installer.biosDiskLabel : .gpt
    }

    /// The file systems of a recipe that names none: the root grows, and there is what the firmware needs beside it.
    func standardPartitions(_ label: Recipe.DiskLabel?) -> [Recipe.Partition] {
        let root = Recipe.Partition(
            mount: "/",
            fileSystem: os.installer.rootFileSystem,
            size: ByteCount(mebibytes: 2048),
            grow: true
        )
        if machine.firmware != .bios {
            return [
                Recipe.Partition(mount: "/boot/efi", fileSystem: .efi, size: ByteCount(mebibytes: 200)), root,
            ]
        }
        guard (label ?? standardDiskLabel) == .gpt else { return [root] }
        return [Recipe.Partition(mount: "biosboot", fileSystem: .biosboot, size: ByteCount(mebibytes: 1)), root]
    }

    /// The boot loader of a recipe that describes none: it does not wait, and the kernel writes to the serial console that clouds show.
    var standardBootloader: Recipe.System.Bootloader {
        let console = architecture == .aarch64 ? "console=ttyAMA0,115200" : "console=ttyS0,115200"
        return .init(append: ["console=tty0", console], timeout: 1, location: nil)
    }
}
