/// A boot loader whose files are there.
public struct GuestBootLoader: Sendable, Codable, Equatable {
    /// The kinds.
    public enum Kind: String, Sendable, Codable {
        /// GRUB 2, started by a BIOS.
        case grub2BIOS = "grub2-bios"
        /// GRUB 2, started by UEFI firmware.
        case grub2EFI = "grub2-efi"
        /// systemd-boot.
        case systemdBoot = "systemd-boot"
        /// Extlinux or syslinux.
        case extlinux
        /// GRUB before version 2.
        case grubLegacy = "grub-legacy"
    }

    /// The kind.
    public let kind: Kind
    /// The file by which it is known.
    public let path: String
}
