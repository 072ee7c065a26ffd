@testable import DiskImages

/// Something in which the gate differs from Glance 33 on purpose; a difference that is not here is a defect.
struct GateDifference: Sendable, Hashable {
    /// Why it is so.
    let reason: String
    /// The rules for which the gate refuses what Glance takes; nil where it takes what Glance refuses.
    let rule: GateRule?
    /// The formats in which it does; empty for all.
    let formats: Set<ContentFormat>

    private init(_ rule: GateRule?, _ formats: Set<ContentFormat>, _ reason: String) {
        self.rule = rule
        self.formats = formats
        self.reason = reason
    }

    /// Whether this is the reason for one refusal.
    func covers(_ rule: GateRule, _ verdict: GateVerdict, _ answer: FormatJudge.Answer) -> Bool {
        if rule == .format {
            // What is cut off, or a mere descriptor, is in another format here, and raw to Glance.
            let cause = verdict.refusals.map(\.rule).first { $0 == .truncated || $0 == .textDescriptor }
            return self.rule == cause ?? .format && (cause != nil || answer.unchecked)
        }
        return self.rule == rule && (formats.isEmpty || verdict.detected.map(formats.contains) == true)
    }

    static let kernels = GateDifference(
        nil,
        [.gpt],
        "a kernel for PCs has the signature of a boot sector; with the container format aki, as is the custom, Glance does not look at it, "
            + "and only with 'bare' does it refuse"
    )

    static let stricter = [
        GateDifference(
            .truncated,
            [],
            "a file that begins as a format and ends before that format's header does is raw to oslo.utils; it is a broken copy"
        ),
        GateDifference(.ambiguous, [], "a header that is cut off counts as a format here"),
        GateDifference(
            .format,
            [],
            "on 512 bytes of text, and bytes beyond ASCII in the first 64 KiB, oslo.utils fails with an AttributeError, which Glance takes "
                + "for a file that it does not inspect"
        ),
        GateDifference(
            .textDescriptor,
            [.vmdk],
            "a descriptor alone is no disk, whatever kind it states; and QEMU knows it by its first line, not by its createType"
        ),
        GateDifference(
            .backingFile,
            [.vmdk],
            "QEMU opens the file that parentFileNameHint names; oslo.utils takes it for a field"
        ),
        GateDifference(
            .backingFile,
            [.vhd, .vhdx, .vdi],
            "a disk that holds only differences is nothing without its parent"
        ),
        GateDifference(
            .descriptor,
            [.vmdk],
            "oslo.utils believes the first createType even in a comment, QEMU one with the case right"
        ),
        GateDifference(
            .subformat,
            [.vmdk],
            "the same: no second createType may state another kind; nor one without a closing quote"
        ),
        GateDifference(
            .extents,
            [.vmdk],
            "QEMU splits an extent at tabs too; oslo.utils takes such a line with a '=' for a field"
        ),
        GateDifference(.footer, [.vmdk], "QEMU takes the size from the footer, Glance from the header"),
        GateDifference(
            .footer,
            [.vhd],
            "the footer is the part of a VHD that counts; without it the end of the file is lost"
        ),
        GateDifference(
            .header,
            [.qcow2, .vhd, .vhdx, .vmdk, .vdi],
            "a header that states nonsense is not looked at by oslo.utils"
        ),
        GateDifference(.dirty, [.qcow2], "its writer crashed"),
        GateDifference(.corrupt, [.qcow2], "QEMU itself refuses to write to it"),
        GateDifference(
            .snapshots,
            [.qcow2],
            "they hold what the image held before it was cleaned, and a cloud neither shows nor drops them"
        ),
        GateDifference(.encrypted, [.qcow2], "a cloud is not given the key"),
        GateDifference(.empty, [], "an image without a byte for a guest is a failed upload"),
    ]
}
