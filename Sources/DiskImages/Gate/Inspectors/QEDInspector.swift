/// QEMU's abandoned QED, which Glance refuses whatever is in it: `QEDInspector` of oslo.utils.
enum QEDInspector: FormatInspector {
    static let format = ContentFormat.qed

    static func matches(_ image: ImageBytes) -> Bool { image.has(Array("QED".utf8) + [0]) }

    static func findings(_ image: ImageBytes) -> FormatFindings {
        // oslo.utils takes this much for a header.
        guard image.head.count >= 512 else { return FormatFindings(refusals: [image.truncated(.qed, needs: 512)]) }
        let advice = "convert it with qemu-img convert -f qed -O qcow2"
        return FormatFindings(refusals: [image.refusal(.banned, at: 0, "is qed, which no cloud takes", advice)])
    }
}
