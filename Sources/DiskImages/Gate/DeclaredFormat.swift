/// A format that an image can be declared to be in: Glance's values of `disk_format` (glance/common/config.py, `disk_formats`).
public enum DeclaredFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// Amazon's machine image: a file system that a kernel and a ramdisk of their own start from.
    case ami
    /// Amazon's ramdisk image.
    case ari
    /// Amazon's kernel image.
    case aki
    /// Hyper-V's first format, with blocks that grow; qemu-img calls it vpc.
    case vhd
    /// Hyper-V's second format.
    case vhdx
    /// VMware's format; Glance takes the kinds monolithicSparse and streamOptimized.
    case vmdk
    /// The bytes of the disk as they are.
    case raw
    /// QEMU's copy-on-write format, version 2 or 3.
    case qcow2
    /// VirtualBox's format.
    case vdi
    /// Virtuozzo's format, of which the gate knows no header.
    case ploop
    /// A CD or DVD: ISO 9660 or UDF.
    case iso

    /// The declaration that says the same as a format that imagebake writes.
    public init(_ format: DiskFormat) {
        self =
            switch format {
            case .qcow2: .qcow2
            case .raw: .raw
            }
    }

    /// Whether the format has no header that the gate could know, so that anything without one may be it.
    var isOpaque: Bool { [.ami, .ari, .aki, .ploop].contains(self) }

    /// What makes such a file out of another, as the end of a sentence; nil where qemu-img cannot.
    func conversion(from content: ContentFormat) -> String? {
        let output: String
        switch self {
        case .qcow2, .raw, .vhdx, .vdi: output = rawValue
        case .vhd: output = "vpc"
        case .vmdk: output = "vmdk -o subformat=streamOptimized"
        case .ami, .ari, .aki, .ploop, .iso: return nil
        }
        return "convert it with qemu-img convert -f \(content.qemuName) -O \(output)"
    }
}
