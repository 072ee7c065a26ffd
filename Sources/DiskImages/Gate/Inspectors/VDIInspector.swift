/// VirtualBox's format: `VDIInspector` of oslo.utils, which checks nothing.
enum VDIInspector: FormatInspector {
    static let format = ContentFormat.vdi

    static func matches(_ image: ImageBytes) -> Bool { image.has([0x7f, 0x10, 0xda, 0xbe], at: 0x40) }

    static func findings(_ image: ImageBytes) -> FormatFindings {
        guard image.head.count >= 512 else { return FormatFindings(refusals: [image.truncated(.vdi, needs: 512)]) }
        var findings = FormatFindings(
            virtualSize: image.head.little(0x170, as: UInt64.self).flatMap { Int64(exactly: $0) }
        )
        if findings.virtualSize == nil {
            findings.refusals.append(
                image.refusal(.header, .corrupt, at: 0x170, "states an impossible size", "convert its source again")
            )
        }
        // 1 grows, 2 has a fixed size; 3 (undo) and 4 (diff) are differences to another image (VirtualBox, VDICore.h).
        if let kind = image.head.little(0x4c, as: UInt32.self), kind == 3 || kind == 4 {
            let advice = "merge it with its parent, or convert it on the host that has both"
            findings.refusals.append(
                image.refusal(.backingFile, at: 0x4c, "is a VDI that holds only what differs from its parent", advice)
            )
        }
        return findings
    }
}
