/// A format that Glance's inspectors see in a file, by their names (oslo.utils, imageutils/format_inspector.py, `ALL_FORMATS`).
public enum ContentFormat: String, Sendable, Hashable, CaseIterable {
    /// QEMU's copy-on-write format, whatever its version.
    case qcow2
    /// QEMU's abandoned format.
    case qed
    /// Hyper-V's first format; one of fixed size has no header and is seen as raw.
    case vhd
    /// Hyper-V's second format.
    case vhdx
    /// VMware's sparse format, or the text that describes one of VMware's others.
    case vmdk
    /// VirtualBox's format.
    case vdi
    /// A CD or DVD: ISO 9660 or UDF.
    case iso
    /// The bytes of a disk with a partition table, be it a GPT or an MBR.
    case gpt
    /// An encrypted container.
    case luks
    /// None of these.
    case raw

    /// qemu-img's name for it.
    var qemuName: String {
        switch self {
        case .vhd: "vpc"
        case .iso, .gpt: "raw"
        default: rawValue
        }
    }
}
