/// The operations on what the boot loader remembers and hands to the kernel.
extension SysprepOperation {
    static let bootEnvironment = SysprepOperation(
        "boot-environment",
        "forget the saved boot entry and the count of boots in GRUB's environment",
        rules: grubenv.map { .edit(GrubEnvironment.withoutState, $0) }
    )

    static let kernelArguments = SysprepOperation(
        "kernel-arguments",
        "remove card addresses and host identities from the kernel's arguments",
        rules: [
            "/etc/default/grub", "/etc/default/grub.d/*.cfg", "/etc/kernel/cmdline", "/etc/kernel/cmdline.d/*.conf",
            "/boot/grub/grub.cfg", "/boot/grub2/grub.cfg", "/boot/grub/grub.conf", "/boot/grub/menu.lst",
            "/boot/efi/EFI/*/grub.cfg", "/boot/efi/EFI/*/grub.conf", "/boot/loader/entries/*.conf",
            "/boot/efi/loader/entries/*.conf", "/efi/loader/entries/*.conf", "/boot/extlinux/extlinux.conf",
            "/boot/syslinux/syslinux.cfg",
        ].map { .edit(KernelArguments.edit, $0) } + grubenv.map { .edit(GrubEnvironment.withoutIdentity, $0) }
    )

    private static let grubenv: [GuestGlob] = [
        "/boot/grub/grubenv", "/boot/grub2/grubenv", "/boot/efi/EFI/*/grubenv",
    ]
}
