/// The machine-readable copyright file of a Debian package (DEP-5; "Machine-readable debian/copyright file", version 1.0).
public enum DebianCopyright {
    /// A larger one is not read.
    public static let maximumSize = 2 << 20
    // Of the longest list of licences that a person would still read.
    private static let maximumStatements = 64

    /// The licences that the file names for its files, each once, in its order; none where the file is not in this form.
    ///
    /// A statement is an SPDX expression where each name in it has a counterpart on SPDX's list, otherwise what the file says.
    public static func licenses(_ content: [UInt8]) -> [String] {
        guard content.count <= maximumSize else { return [] }
        var licenses: [String] = []
        var isMachineReadable = false
        var isFirst = true
        // The paragraphs hold no lengths that could be wrong, so that this does not throw.
        try? ControlFile.forEachParagraph(of: content, keeping: ["format", "files", "license"]) { paragraph in
            if isFirst {
                isFirst = false
                isMachineReadable =
                    paragraph["format"]?.contains("copyright-format") == true
                    || paragraph["format"]?.lowercased().contains("dep5") == true
            }
            // A paragraph with a licence and no files gives the text of one that others name.
            guard isMachineReadable, paragraph["files"] != nil || paragraph["format"] != nil,
                let name = paragraph["license"], !name.isEmpty, licenses.count < maximumStatements
            else { return }
            let statement = expression(name)?.text ?? name
            if !licenses.contains(statement) { licenses.append(statement) }
        }
        return licenses
    }

    /// The SPDX expression for a licence in DEP-5's words: `GPL-2+ or Artistic-2.0, and Expat`.
    static func expression(_ text: String) -> SPDXExpression? {
        guard text.utf8.count <= 1000 else { return nil }
        // A comma binds less than either word: "A or B, and C".
        let words = text.replacing(", and ", with: " ,and ").replacing(", or ", with: " ,or ").replacing(
            ",",
            with: " , "
        )
        .split(separator: " ").map(String.init)
        var groups: [[String]] = [[]]
        var joints: [String] = []
        var index = 0
        while index < words.count {
            if words[index] == ",", index + 1 < words.count, ["and", "or"].contains(words[index + 1].lowercased()) {
                joints.append(words[index + 1].uppercased())
                groups.append([])
                index += 2
            } else {
                groups[groups.count - 1].append(words[index])
                index += 1
            }
        }
        var parts: [String] = []
        for group in groups {
            guard let part = simple(group) else { return nil }
            parts.append(part)
        }
        if parts.count == 1 { return SPDXExpression(parts[0]) }
        // Of mixed joints the text does not say which comes first.
        guard Set(joints).count == 1 else { return nil }
        return SPDXExpression(parts.map { "(\($0))" }.joined(separator: " \(joints[0]) "))
    }

    private static func simple(_ words: [String]) -> String? {
        var result: [String] = []
        for word in words {
            switch word.lowercased() {
            case "and", "or": result.append(word.uppercased())
            default:
                // Exceptions are written in words, "with OpenSSL exception": no counterpart can be told.
                guard let name = identifier(word) else { return nil }
                result.append(name)
            }
        }
        return result.isEmpty ? nil : result.joined(separator: " ")
    }

    /// The counterpart of a short name of Debian's on SPDX's list.
    static func identifier(_ name: String) -> String? {
        if let special = special[name.lowercased()] { return special }
        let isOpen = name.hasSuffix("+")
        var base = isOpen ? String(name.dropLast()) : name
        let upper = base.uppercased()
        for family in ["GPL", "LGPL", "AGPL", "GFDL"] where upper.hasPrefix("\(family)-") {
            // SPDX writes both numbers, Debian leaves out a zero.
            var version = String(base.dropFirst(family.count + 1))
            if !version.contains(".") { version += ".0" }
            if family == "GFDL" { version = String(base.dropFirst(family.count + 1)) }
            base = "\(family)-\(version)-\(isOpen ? "or-later" : "only")"
            return SPDXLicenseList.licenses[base.lowercased()]
        }
        return SPDXLicenseList.licenses[name.lowercased()]
    }

    private static let special = [
        "expat": "MIT", "mit/x11": "MIT", "apache-2": "Apache-2.0", "artistic-2": "Artistic-2.0",
        "bsd-2-clause": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause", "bsd-4-clause": "BSD-4-Clause",
        "cc0": "CC0-1.0",
        "mpl-1": "MPL-1.0", "mpl-2": "MPL-2.0", "psf-2": "PSF-2.0", "zope-2.1": "ZPL-2.1", "w3c": "W3C", "zlib": "Zlib",
        "boost-1.0": "BSL-1.0", "bsl-1": "BSL-1.0", "openldap-2.8": "OLDAP-2.8", "unicode": "Unicode-DFS-2016",
    ]
}
