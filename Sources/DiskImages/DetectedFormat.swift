/// What the first bytes of a file say that it is.
public enum DetectedFormat: String, Sendable, Hashable, CaseIterable {
    /// `QFI\xfb`, whatever its version.
    case qcow2
    /// VMware's sparse format, `KDMV`, or a VMware descriptor.
    case vmdk
    /// Hyper-V's second format, `vhdxfile`.
    case vhdx
    /// Hyper-V's first format with a header, `conectix`.
    case vhd
    /// VirtualBox's format.
    case vdi
    /// An encrypted container, `LUKS\xba\xbe`.
    case luks
    /// QEMU's abandoned format, `QED\0`.
    case qed
    /// No known magic: the bytes of a disk.
    case raw
}
