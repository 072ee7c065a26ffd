/// VMware's format: `VMDKInspector` of oslo.utils, and what QEMU would follow beyond what that looks at.
///
/// The header's fields are little-endian (VMware, "Virtual Disk Format 5.0", hosted sparse extents).
enum VMDKInspector: FormatInspector {
    static let format = ContentFormat.vmdk

    private static let magic = Array("KDMV".utf8)
    private static let headerSize = 64
    /// Where QEMU and oslo.utils want the descriptor of a sparse extent, and how long they let it be.
    private static let descriptorSector: UInt64 = 1
    private static let longestDescriptor = (1 << 20) - 1
    private static let footerSize = 1536
    private static let advice = "convert it with qemu-img convert -f vmdk -O vmdk -o subformat=streamOptimized"

    static func matches(_ image: ImageBytes) -> Bool { image.has(magic) || isBareDescriptor(image) }

    /// Whether the file is a text that names the files of a disk, which QEMU would open.
    ///
    /// QEMU looks for the first line; oslo.utils for a `createType` in a text, and it fails where bytes beyond ASCII follow within the same
    /// 64 KiB, whereupon Glance lets the file pass without any check.
    private static func isBareDescriptor(_ image: ImageBytes) -> Bool {
        let first = image.head.prefix(512)
        let isText = first.allSatisfy {
            (0x20...0x7e).contains($0) || (0x09...0x0d).contains($0) || (0x1c...0x1f).contains($0)
        }
        if VMDKDescriptor(isText ? first : first.prefix(21)).contains("# disk descriptorfile") { return true }
        return isText && VMDKDescriptor(image.head.prefix { $0 != 0 }).contains("createtype=\"")
    }

    static func findings(_ image: ImageBytes) throws(DiskImageError) -> FormatFindings {
        guard image.has(magic) else {
            let what = "is a VMware descriptor, a text that names the files of a disk"
            return FormatFindings(refusals: [image.refusal(.textDescriptor, at: 0, what, Self.advice)])
        }
        guard let header = SparseHeader(image.head) else {
            return FormatFindings(refusals: [image.truncated(.vmdk, needs: Int64(headerSize))])
        }
        var findings = FormatFindings()
        let bytes = header.capacity.multipliedReportingOverflow(by: 512)
        if bytes.overflow || Int64(exactly: bytes.partialValue) == nil {
            findings.refusals.append(
                image.refusal(.header, .corrupt, at: 12, "states an impossible size", "convert its source again")
            )
        } else {
            findings.virtualSize = Int64(bytes.partialValue)
            // QEMU takes the descriptor for the disk then, with all the files that it names.
            if bytes.partialValue == 0 { findings.refusals.append(FormatGate.empty(image)) }
        }
        if !(1...3).contains(header.version) {
            findings.refusals.append(
                image.refusal(
                    .version,
                    at: 4,
                    "is VMDK version \(header.version), which is none of 1 to 3",
                    Self.advice
                )
            )
        }
        findings.refusals += try descriptor(image, header)
        if header.hasFooter { findings.refusals += try footer(image, header) }
        return findings
    }

    private static func descriptor(_ image: ImageBytes, _ header: SparseHeader) throws(DiskImageError) -> [GateRefusal]
    {
        guard header.descriptorSector == descriptorSector else {
            let what =
                "has its descriptor in sector \(header.descriptorSector), where Glance takes only \(descriptorSector)"
            return [image.refusal(.descriptor, at: 28, what, Self.advice)]
        }
        let count = min(Int(min(header.descriptorSectors, 1 << 11)) * 512, longestDescriptor)
        let bytes = try image.bytes(at: 512, count: count)
        guard bytes.count == count else { return [image.truncated(.vmdk, needs: 512 + Int64(count))] }
        let text = bytes.prefix { $0 != 0 }
        guard !text.isEmpty, text.allSatisfy({ $0 < 0x80 }) else {
            let what = text.isEmpty ? "has no descriptor" : "has a descriptor that is not ASCII"
            return [image.refusal(.descriptor, at: 512, what, Self.advice)]
        }
        return VMDKDescriptor(text).refusals(image, at: 512, advice: Self.advice)
    }

    /// A stream is written from front to end, so that the tables' place is known only in a second header at the end.
    private static func footer(_ image: ImageBytes, _ header: SparseHeader) throws(DiskImageError) -> [GateRefusal] {
        let start = image.size - Int64(footerSize)
        let bytes = try image.bytes(at: start, count: footerSize)
        guard bytes.count == footerSize, let footer = SparseHeader(Array(bytes[512..<1024])) else {
            return [image.truncated(.vmdk, needs: Int64(footerSize))]
        }
        func refuse(_ what: String, at offset: Int64) -> GateRefusal {
            image.refusal(.footer, at: start + offset, what, Self.advice)
        }
        var refusals: [GateRefusal] = []
        if footer.magic != header.magic || footer.version != header.version
            || footer.descriptorSector != header.descriptorSector
            || footer.descriptorSectors != header.descriptorSectors
        {
            refusals.append(refuse("has a footer that contradicts the header", at: 512))
        } else if footer.capacity != header.capacity {
            // QEMU believes the footer, oslo.utils reads the size in the header.
            refusals.append(refuse("has a footer that states another size than the header", at: 512 + 12))
        }
        if footer.hasFooter { refusals.append(refuse("has a footer that announces another footer", at: 512 + 56)) }
        // A marker: a value, the size of the data behind it, its kind, and zeros to the end of the sector.
        func isMarker(_ sector: ArraySlice<UInt8>, kind: UInt32) -> Bool {
            let sector = Array(sector)
            return sector.little(8, as: UInt32.self) == 0 && sector.little(12, as: UInt32.self) == kind
                && sector[16...].allSatisfy { $0 == 0 }
        }
        if !isMarker(bytes[..<512], kind: 3) { refusals.append(refuse("has no marker in front of its footer", at: 0)) }
        if !isMarker(bytes[1024...], kind: 0) || bytes[1024..<1032].contains(where: { $0 != 0 }) {
            refusals.append(refuse("has no end-of-stream marker in its last sector", at: 1024))
        }
        return refusals
    }

    /// The fields of a sparse extent's header on which the gate decides.
    private struct SparseHeader {
        let magic: UInt32
        let version: UInt32
        /// The size of the disk in sectors of 512 bytes.
        let capacity: UInt64
        let descriptorSector: UInt64
        let descriptorSectors: UInt64
        /// Whether the directory of grains is where the footer says.
        let hasFooter: Bool

        init?(_ bytes: [UInt8]) {
            guard
                let magic = bytes.little(0, as: UInt32.self), let version = bytes.little(4, as: UInt32.self),
                let capacity = bytes.little(12, as: UInt64.self),
                let descriptorSector = bytes.little(28, as: UInt64.self),
                let descriptorSectors = bytes.little(36, as: UInt64.self),
                let directory = bytes.little(56, as: UInt64.self)
            else { return nil }
            self.magic = magic
            self.version = version
            self.capacity = capacity
            self.descriptorSector = descriptorSector
            self.descriptorSectors = descriptorSectors
            hasFooter = directory == .max
        }
    }
}
