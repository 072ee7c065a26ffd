public import SystemPackage

/// Says before a byte is sent whether a registry should take an image: the rules of current Glance, and some of imagebake's own.
///
/// Glance lets its inspectors look at the bytes while they arrive and answers 415 after the last one (glance/location.py, `set_data`); here the
/// same places of the file are read with `pread`, which costs milliseconds for a file of any size.
public enum FormatGate {
    static let inspectors: [any FormatInspector.Type] = [
        Qcow2Inspector.self, QEDInspector.self, VHDInspector.self, VHDXInspector.self, VMDKInspector.self,
        VDIInspector.self, LUKSInspector.self, ISOInspector.self, PartitionTableInspector.self,
    ]

    /// Looks at a file and says what speaks against it.
    ///
    /// - Throws: ``DiskImageError`` where the file cannot be read.
    public static func examine(
        _ path: FilePath,
        declared: DeclaredFormat
    ) throws(DiskImageError) -> GateVerdict {
        try ImageBytes.with(path) { image throws(DiskImageError) in try examine(image, declared: declared) }
    }

    /// Looks at a file and refuses it for the first thing that speaks against it.
    ///
    /// - Throws: ``DiskImageError`` with the code mismatch, unsafe, corrupt or invalid, or one of the file system's.
    @discardableResult
    public static func require(_ path: FilePath, declared: DeclaredFormat) throws(DiskImageError) -> GateVerdict {
        let verdict = try examine(path, declared: declared)
        if let refusal = verdict.refusals.first { throw refusal.error }
        return verdict
    }

    private static func examine(
        _ image: ImageBytes,
        declared: DeclaredFormat
    ) throws(DiskImageError) -> GateVerdict {
        let found = inspectors.filter { $0.matches(image) }
        let matches = Set(found.map { $0.format })
        guard let inspector = decisive(found, matches) else {
            // Nothing that is known, or too much.
            let refusals =
                matches.isEmpty ? try refusalsOfUnknown(image, declared) : [ambiguous(image, matches)]
            return GateVerdict(
                declared: declared,
                detected: matches.isEmpty ? .raw : nil,
                matches: matches,
                virtualSize: matches.isEmpty ? image.size : nil,
                refusals: refusals,
                warnings: []
            )
        }

        let content = inspector.format
        var refusals = disagreement(image, declared, content, matches).map { [$0] } ?? []
        var virtualSize: Int64?
        if isKernel(declared, content) {
            virtualSize = image.size
        } else {
            let findings = try inspector.findings(image)
            virtualSize = declared.rawValue == content.rawValue ? findings.virtualSize : image.size
            refusals += findings.refusals
        }
        if refusals.isEmpty, virtualSize == 0 { refusals.append(empty(image)) }
        return GateVerdict(
            declared: declared,
            detected: content,
            matches: matches,
            virtualSize: virtualSize,
            refusals: refusals,
            warnings: warnings(image, declared, content)
        )
    }

    /// The one format that a file is in; nil for none and for too many.
    private static func decisive(
        _ found: [any FormatInspector.Type],
        _ matches: Set<ContentFormat>
    ) -> (any FormatInspector.Type)? {
        // A CD from which a disk's firmware starts too has a partition table of right, and it is not held to the rules for one.
        if matches == [.iso, .gpt] { return ISOInspector.self }
        return found.count == 1 ? found.first : nil
    }

    /// Whether the boot sector of a kernel is what looks like a partition table.
    ///
    /// A kernel for PCs has the signature 55 AA at offset 510. Glance inspects what has the container format `bare` alone, so a kernel has to
    /// go with the container format `aki`, as is the custom: with `bare` Glance 33 refuses it for being gpt, before it comes to the line that
    /// was to forgive its table (`fatal.discard('mbr')`).
    private static func isKernel(_ declared: DeclaredFormat, _ content: ContentFormat) -> Bool {
        (declared == .aki || declared == .ari) && content == .gpt
    }

    private static func disagreement(
        _ image: ImageBytes,
        _ declared: DeclaredFormat,
        _ content: ContentFormat,
        _ matches: Set<ContentFormat>
    ) -> GateRefusal? {
        if content.rawValue == declared.rawValue || isKernel(declared, content) { return nil }
        if declared == .raw {
            // Glance takes anything for raw, but fails on a CD with a partition table when it wants to say so.
            guard matches.count > 1 else { return nil }
            return image.refusal(
                .format,
                .mismatch,
                "is declared as raw but is a CD with a partition table",
                "declare it as iso"
            )
        }
        return mismatch(image, declared, content)
    }

    /// The refusal of a file that is something else.
    static func mismatch(_ image: ImageBytes, _ declared: DeclaredFormat, _ content: ContentFormat) -> GateRefusal {
        let name = content == .gpt ? "a disk with a partition table" : content.rawValue
        let publishable = content == .gpt ? "raw" : DeclaredFormat(rawValue: content.rawValue)?.rawValue
        let ways = [publishable.map { "declare it as \($0)" }, declared.conversion(from: content)].compactMap(\.self)
        return image.refusal(
            .format,
            .mismatch,
            "is declared as \(declared.rawValue) but is \(name)",
            ways.isEmpty
                ? "convert it with qemu-img convert -f \(content.qemuName) -O qcow2" : ways.joined(separator: " or ")
        )
    }

    private static func refusalsOfUnknown(
        _ image: ImageBytes,
        _ declared: DeclaredFormat
    ) throws(DiskImageError) -> [GateRefusal] {
        if image.size == 0 { return [empty(image)] }
        if declared == .raw || declared.isOpaque { return [] }
        if declared == .vhd, let offset = try VHDInspector.footer(image) {
            return [
                image.refusal(
                    .format,
                    .mismatch,
                    at: offset,
                    "is a VHD of fixed size, whose only header is its footer, so that Glance sees raw",
                    "convert it with qemu-img convert -f vpc -O vpc -o subformat=dynamic"
                )
            ]
        }
        return [mismatch(image, declared, .raw)]
    }

    private static func ambiguous(_ image: ImageBytes, _ matches: Set<ContentFormat>) -> GateRefusal {
        let names = ContentFormat.allCases.filter(matches.contains).map(\.rawValue)
        return image.refusal(
            .ambiguous,
            .unsafe,
            "is in several formats at once: \(names.joined(separator: ", "))",
            "convert it with qemu-img convert -O qcow2, with -f for the one that it is"
        )
    }

    static func empty(_ image: ImageBytes) -> GateRefusal {
        image.refusal(.empty, .invalid, "is an empty image", "look at what wrote it")
    }

    private static func warnings(_ image: ImageBytes, _ declared: DeclaredFormat, _ content: ContentFormat) -> [String]
    {
        guard declared == .raw, content != .gpt, content != .raw else { return [] }
        return ["\(image.path) is declared as raw but is \(content.rawValue), which a guest would see as its disk"]
    }
}
