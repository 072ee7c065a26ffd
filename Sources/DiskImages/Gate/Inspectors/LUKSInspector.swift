/// An encrypted container: `LUKSInspector` of oslo.utils, which knows version 1 only.
enum LUKSInspector: FormatInspector {
    static let format = ContentFormat.luks
    private static let headerSize: Int64 = 592

    static func matches(_ image: ImageBytes) -> Bool { image.has(Array("LUKS".utf8) + [0xba, 0xbe]) }

    static func findings(_ image: ImageBytes) -> FormatFindings {
        guard
            image.size >= headerSize, let version = image.head.big(6, as: UInt16.self),
            let payload = image.head.big(104, as: UInt32.self)
        else { return FormatFindings(refusals: [image.truncated(.luks, needs: headerSize)]) }
        var findings = FormatFindings(virtualSize: max(0, image.size - Int64(payload) * 512))
        if version != 1 {
            let advice = "convert it with cryptsetup convert --type luks1, or publish the disk unencrypted"
            findings.refusals.append(
                image.refusal(.version, at: 6, "is LUKS version \(version), where Glance takes only 1", advice)
            )
        }
        return findings
    }
}
