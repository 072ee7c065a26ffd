/// The kernel that a disk's boot loader starts when nobody touches a key.
struct BootChoice: Equatable {
    /// The kernel's version as `uname -r` gives it.
    let version: String
    /// The kernel's path in the guest.
    let image: String
    /// The path of its initrd in the guest.
    let initrd: String
    /// What the boot loader tells the kernel.
    let arguments: String

    /// Chooses among a guest's kernels.
    ///
    /// - Parameters:
    ///   - kernels: The kernels that are installed.
    ///   - entries: What the boot loaders' menus offer, in the menus' order; without any, the newest kernel is taken.
    ///   - saved: The entry that GRUB's environment block names.
    /// - Throws: ``GuestfsError`` with `notSeparable`.
    init(kernels: [GuestKernel], entries: [GuestBootEntry], saved: String?) throws(GuestfsError) {
        let kernel: GuestKernel?
        if let entry = Self.entry(entries, saved: saved) {
            let name = Self.name(entry.kernel)
            guard let found = kernels.first(where: { $0.image.map(Self.name) == name }) else {
                throw Separation.refusal(
                    "its boot loader starts \(entry.kernel), which is none of the kernels in /boot",
                    "make the boot loader start one of these"
                )
            }
            kernel = found
            arguments = entry.arguments
        } else {
            kernel = kernels.filter { $0.image != nil && $0.initrd != nil && $0.hasModules }
                .max { VersionOrder.isOlder($0.version, $1.version) }
            arguments = Self.standardArguments
        }
        guard let kernel, let image = kernel.image else {
            throw Separation.refusal("it has no kernel with an initrd", "install one")
        }
        guard let initrd = kernel.initrd else {
            throw Separation.refusal("its kernel \(kernel.version) has no initrd, which finds the root", "make one")
        }
        (version, self.image, self.initrd) = (kernel.version, image, initrd)
    }

    /// The kernel's command line for a root that is found by its UUID.
    ///
    /// Without what the loader put in for itself, what names another root, and a resumption from swap that is not there.
    func commandLine(root uuid: String) -> String {
        let unwanted = ["root=", "resume=", "BOOT_IMAGE=", "initrd=", "$"]
        let words = arguments.split(separator: " ").filter { word in !unwanted.contains { word.hasPrefix($0) } }
        return (["root=UUID=\(uuid)"] + words.map(String.init)).joined(separator: " ")
    }

    /// Where no boot loader says any: the consoles are Nova's own choice (nova/virt/libvirt/driver.py, `CONSOLE`).
    private static let standardArguments = "ro console=tty0 console=ttyS0"

    /// The entry that is started; nil where there is none.
    private static func entry(_ entries: [GuestBootEntry], saved: String?) -> GuestBootEntry? {
        let (menus, files) = (entries.filter { !isFile($0) }, entries.filter(isFile))
        // GRUB reads the files where its menu has no entries of its own.
        guard menus.isEmpty else {
            // Of a submenu `Advanced options>Debian`.
            let title = saved.flatMap { $0.split(separator: ">").last.map(String.init) }
            return menus.first { $0.title == title } ?? menus.first
        }
        return files.first { [$0.title, entryName($0.file)].contains(saved) }
            // blscfg.c of GRUB sorts so, the newest first.
            ?? files.filter { !$0.file.contains("-0-rescue") }.max { VersionOrder.isOlder($0.file, $1.file) }
            ?? files.first
    }

    /// Whether an entry has a file of its own, by the Boot Loader Specification.
    private static func isFile(_ entry: GuestBootEntry) -> Bool { entry.file.contains("/loader/entries/") }

    private static func entryName(_ file: String) -> String { name(file).removing(suffix: ".conf") ?? name(file) }

    private static func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
