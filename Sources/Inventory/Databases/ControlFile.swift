/// Paragraphs of fields in the form of deb822(5), as dpkg's status and copyright files have them.
struct ControlFile {
    /// The fields of a paragraph, names in lower case; the first of a name counts.
    typealias Paragraph = [String: String]

    /// Calls `body` with each paragraph.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - wanted: The fields that are kept, in lower case.
    ///   - lines: Whether lines that go on a field are kept, joined by newlines.
    static func forEachParagraph(
        of bytes: [UInt8],
        keeping wanted: Set<String>,
        lines: Bool = false,
        _ body: (Paragraph) throws(InventoryError) -> Void
    ) throws(InventoryError) {
        var paragraph: Paragraph = [:]
        var isEmpty = true
        var field: String?
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            let line = bytes[start..<end]
            start = end + 1
            guard let first = line.first(where: { $0 != UInt8(ascii: "\r") }) else {
                if !isEmpty { try body(paragraph) }
                (paragraph, isEmpty, field) = ([:], true, nil)
                continue
            }
            if first == UInt8(ascii: "#") { continue }
            if first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
                if lines, let field { paragraph[field]?.append("\n" + CleanText.line(line)) }
                continue
            }
            isEmpty = false
            field = nil
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon - line.startIndex <= 64 else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            guard wanted.contains(name), paragraph[name] == nil else { continue }
            paragraph[name] = CleanText.line(line[(colon + 1)...])
            field = name
        }
        if !isEmpty { try body(paragraph) }
    }
}
