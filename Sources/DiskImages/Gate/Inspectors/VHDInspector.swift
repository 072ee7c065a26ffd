/// Hyper-V's first format: `VHDInspector` of oslo.utils, which looks at the copy of the footer at the start and checks nothing.
///
/// The fields are Microsoft's ("Virtual Hard Disk Image Format Specification", 2006), most significant byte first.
enum VHDInspector: FormatInspector {
    static let format = ContentFormat.vhd
    private static let cookie = Array("conectix".utf8)

    static func matches(_ image: ImageBytes) -> Bool { image.has(cookie) }

    static func findings(_ image: ImageBytes) throws(DiskImageError) -> FormatFindings {
        guard image.head.count >= 512 else { return FormatFindings(refusals: [image.truncated(.vhd, needs: 512)]) }
        var findings = FormatFindings(virtualSize: image.head.big(40, as: UInt64.self).flatMap { Int64(exactly: $0) })
        if findings.virtualSize == nil {
            findings.refusals.append(
                image.refusal(.header, .corrupt, at: 40, "states an impossible size", "convert its source again")
            )
        }
        if image.head.big(60, as: UInt32.self) == 4 {
            let advice =
                "merge it with its parent, or convert it with qemu-img convert -f vpc -O vpc on the host that has both"
            findings.refusals.append(
                image.refusal(.backingFile, at: 60, "is a VHD that holds only what differs from its parent", advice)
            )
        }
        if try footer(image) == nil {
            let what = "is a VHD without its footer in the last 512 bytes"
            findings.refusals.append(
                image.refusal(.footer, .corrupt, at: max(0, image.size - 512), what, "copy or convert it again")
            )
        }
        return findings
    }

    /// Where the footer is; Virtual PC before 2004 wrote one of 511 bytes.
    static func footer(_ image: ImageBytes) throws(DiskImageError) -> Int64? {
        for length in [512, 511] as [Int64]
        where try image.bytes(at: image.size - length, count: cookie.count) == cookie {
            return image.size - length
        }
        return nil
    }
}
