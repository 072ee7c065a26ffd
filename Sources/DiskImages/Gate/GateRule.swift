/// What an image can be refused for.
///
/// Glance's rules are those of its release 33 (2026.2): glance/location.py, `set_data`, and oslo.utils 10, imageutils/format_inspector.py.
public enum GateRule: String, Sendable, Hashable, CaseIterable {
    /// The file is not in the declared format.
    case format
    /// The file is in several formats at once: something may be hidden in it.
    case ambiguous
    /// The file ends before its headers do.
    case truncated
    /// The format is refused whatever is in it.
    case banned
    /// The version of the format is none that is known.
    case version
    /// The image reads from another image.
    case backingFile = "backing-file"
    /// The guest's bytes lie in another file.
    case dataFile = "data-file"
    /// The image needs features that Glance does not know.
    case features
    /// VMware's descriptor is not where it must be, or says what nobody knows.
    case descriptor
    /// VMware's descriptor is a file of its own, and the disk in others.
    case textDescriptor = "text-descriptor"
    /// The VMDK is of a kind that Glance does not take.
    case subformat
    /// VMware's descriptor names files elsewhere, or none at all.
    case extents
    /// The end of the file does not agree with its beginning.
    case footer
    /// A partition has a boot flag that does not exist.
    case bootFlag = "boot-flag"
    /// The MBR in front of a GPT is not the one that UEFI prescribes.
    case protectiveMBR = "protective-mbr"
    /// There is a partition table without a partition.
    case noPartition = "no-partition"
    /// The header contradicts itself.
    case header
    /// The writer of the image did not close it.
    case dirty
    /// QEMU marked the image as damaged.
    case corrupt
    /// The image holds internal snapshots, which a cloud neither shows nor removes.
    case snapshots
    /// The guest's bytes are encrypted, and no cloud is given the key.
    case encrypted
    /// There is no byte for a guest.
    case empty

    /// Whether current Glance refuses for this as well; the others are imagebake's own.
    public var isGlances: Bool {
        switch self {
        case .format, .ambiguous, .truncated, .banned, .version, .backingFile, .dataFile, .features, .descriptor,
            .subformat, .extents, .footer,
            .bootFlag, .protectiveMBR, .noPartition:
            true
        case .textDescriptor, .header, .dirty, .corrupt, .snapshots, .encrypted, .empty: false
        }
    }
}
