import CNbd

/// The text inside a VMDK that says what the disk is made of.
struct VMDKDescriptor {
    private let text: [UInt8]

    /// Takes the text up to its first NUL; VMware does not tell upper and lower case apart, so neither does this.
    init(_ bytes: some Sequence<UInt8>) { text = bytes.map(Self.lowercased) }

    /// Whether the text has this in it, which is in lower case.
    func contains(_ words: String) -> Bool { Self.place(of: Array(words.utf8), in: text, from: 0) != nil }

    /// What speaks against a disk that is described so.
    ///
    /// oslo.utils wants to understand every line: a comment, an entry of the disk database, a field of one word, or an extent. Beyond that,
    /// imagebake splits at tabs too, takes no second `createType`, and no parent: QEMU does the first, may believe the second, and opens
    /// the third.
    func refusals(_ image: ImageBytes, at offset: Int64, advice: String) -> [GateRefusal] {
        var refusals: [GateRefusal] = []
        let kinds = createTypes
        if kinds.count > 1 {
            refusals.append(image.refusal(.descriptor, at: offset, "has a descriptor with several createTypes", advice))
        }
        let known = ["monolithicsparse", "streamoptimized"]
        if kinds.isEmpty || !kinds.allSatisfy(known.contains) {
            let kind =
                kinds.first { !known.contains($0) }.map { "is a VMDK of the kind \(Self.quoted($0.utf8))" }
                ?? "is a VMDK of no kind"
            let what = "\(kind), where Glance takes monolithicSparse and streamOptimized"
            refusals.append(image.refusal(.subformat, at: offset, what, advice))
        }
        if contains("parentfilenamehint") {
            refusals.append(image.refusal(.backingFile, at: offset, "is a VMDK that names a parent", advice))
        }
        return refusals + lines(image, at: offset, advice: advice)
    }

    private func lines(_ image: ImageBytes, at offset: Int64, advice: String) -> [GateRefusal] {
        var extents = 0
        var unknown: GateRefusal?
        var elsewhere: GateRefusal?
        for line in text.split(separator: 0x0a) {
            guard let first = line.firstIndex(where: { !Self.isBlank($0) }),
                let last = line.lastIndex(where: { !Self.isBlank($0) })
            else { continue }
            let line = line[first...last]
            if line.first == UInt8(ascii: "#") || line.starts(with: "ddb".utf8) { continue }
            let word = line.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
            if ["rw", "rdonly", "noaccess"].contains(where: { word.elementsEqual($0.utf8) }) {
                extents += 1
                guard elsewhere == nil, line.contains(UInt8(ascii: "/")) else { continue }
                elsewhere = image.refusal(
                    .extents,
                    at: offset,
                    "is a VMDK with an extent elsewhere, \(Self.quoted(line))",
                    advice
                )
            } else if unknown == nil, !word.contains(UInt8(ascii: "=")) {
                let what = "has a descriptor with a line that nobody knows, \(Self.quoted(line))"
                unknown = image.refusal(.descriptor, at: offset, what, advice)
            }
        }
        let none = extents == 0 ? image.refusal(.extents, at: offset, "is a VMDK without an extent", advice) : nil
        return [unknown, elsewhere, none].compactMap(\.self)
    }

    /// The values of `createType`, even in a comment: which of them a reader believes differs from one to the next.
    ///
    /// Not more than two, and of each not more than 64 bytes, which is more than any has. One that nobody closed is empty.
    private var createTypes: [String] {
        let key = Array("createtype=\"".utf8)
        var kinds: [String] = []
        var start = 0
        while kinds.count < 2, let place = Self.place(of: key, in: text, from: start) {
            start = place + key.count
            let value = text[start...].prefix(64)
            let end = value.firstIndex(of: UInt8(ascii: "\"")) ?? value.startIndex
            kinds.append(String(decoding: value[..<end], as: UTF8.self))
        }
        return kinds
    }

    private static func place(of needle: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        text.withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress,
                let found = imagebake_memmem(base + start, bytes.count - start, needle, needle.count)
            else { return nil }
            return found - base
        }
    }

    /// At most 60 bytes of a line, and nothing that a terminal would obey.
    private static func quoted(_ line: some Collection<UInt8>) -> String {
        "'"
            + String(
                decoding: line.prefix(60).map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?") },
                as: UTF8.self
            ) + "'"
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// What Python's `strip` takes away.
    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0d).contains(byte) || (0x1c...0x1f).contains(byte)
    }
}
