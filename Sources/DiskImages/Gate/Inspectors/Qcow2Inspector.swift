/// QEMU's qcow2: `QcowInspector` of oslo.utils, and what imagebake asks of an image beyond it.
enum Qcow2Inspector: FormatInspector {
    static let format = ContentFormat.qcow2

    static func matches(_ image: ImageBytes) -> Bool { image.has([0x51, 0x46, 0x49, 0xfb]) }

    static func findings(_ image: ImageBytes) -> FormatFindings {
        // oslo.utils takes this much for a header.
        guard image.head.count >= 512 else { return FormatFindings(refusals: [image.truncated(.qcow2, needs: 512)]) }
        guard let header = Qcow2Header(image.head) else {
            let refusal = image.refusal(
                .header,
                .corrupt,
                at: 0,
                "has a damaged qcow2 header",
                "convert its source again"
            )
            return FormatFindings(refusals: [refusal])
        }
        var findings = FormatFindings(virtualSize: header.virtualSize)
        findings.refusals = references(image, header) + state(image, header)
        return findings
    }

    /// What Glance refuses.
    private static func references(_ image: ImageBytes, _ header: Qcow2Header) -> [GateRefusal] {
        let flatten = "flatten it with qemu-img convert -O qcow2"
        var refusals: [GateRefusal] = []
        if header.version != 2, header.version != 3 {
            let what = "is qcow2 version \(header.version), which is neither 2 nor 3"
            refusals.append(image.refusal(.version, at: 4, what, flatten))
        }
        if let backing = header.backingFile {
            refusals.append(
                image.refusal(.backingFile, at: 8, "has a backing file: \(printable("\(backing)"))", flatten)
            )
        }
        if header.hasDataFile {
            refusals.append(image.refusal(.dataFile, at: 0x48, "keeps its data in an external file", flatten))
        } else if header.version == 2, (image.head.big(0x48, as: UInt64.self) ?? 0) & 0x04 != 0 {
            // In version 2 the feature bits do not exist, and oslo.utils reads them all the same.
            let what = "is qcow2 version 2 with an extension in which Glance sees an external data file"
            refusals.append(image.refusal(.dataFile, at: 0x48, what, "upgrade it with qemu-img amend -o compat=1.1"))
        }
        if header.incompatibleFeatures & 0x10 != 0 {
            let what = "has extended L2 entries, which Glance refuses"
            refusals.append(
                image.refusal(.features, at: 0x48, what, "convert it with qemu-img convert -O qcow2 -o extended_l2=off")
            )
        }
        if header.incompatibleFeatures >> 5 != 0 {
            let bits = String(header.incompatibleFeatures & ~0x1f, radix: 16)
            refusals.append(
                image.refusal(.features, at: 0x48, "has qcow2 features that nobody knows (0x\(bits))", flatten)
            )
        }
        return refusals
    }

    /// A name from the image without what a terminal would obey.
    private static func printable(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.prefix(200).map { $0.properties.generalCategory == .control ? "?" : $0 }
            )
        )
    }

    /// What only imagebake refuses.
    private static func state(_ image: ImageBytes, _ header: Qcow2Header) -> [GateRefusal] {
        var refusals: [GateRefusal] = []
        if header.isCorrupt {
            refusals.append(
                image.refusal(
                    .corrupt,
                    .corrupt,
                    at: 0x48,
                    "is marked as corrupt",
                    "repair a copy with qemu-img check -r all"
                )
            )
        }
        if header.isDirty {
            let advice = "repair it with qemu-img check -r leaks once nothing writes to it"
            refusals.append(image.refusal(.dirty, .corrupt, at: 0x48, "was not closed properly", advice))
        }
        if header.snapshotCount != 0 {
            refusals.append(
                image.refusal(.snapshots, at: 60, "has internal snapshots", "drop them with qemu-img convert -O qcow2")
            )
        }
        if header.encryptionMethod != 0 {
            let advice = "decrypt it with qemu-img convert --object secret,... -O qcow2"
            refusals.append(image.refusal(.encrypted, at: 32, "is encrypted", advice))
        }
        return refusals
    }
}
