/// `--format shell`: assignments to variables, for `eval "$(imagebake image show web -f shell)"`.
///
/// What is within the quotes is text to every shell, whatever it is: cliff's format (cliff/formatters/shell.py) leaves `$(...)`, backticks and
/// backslashes as they are, so that a property of an image can run commands where its output is evaluated.
struct ShellFormat {
    /// What each variable's name begins with.
    var prefix = ""
    /// The variables that are wanted; all where none is named.
    var variables: [String] = []

    /// A line a field; nil for no fields.
    func record(_ fields: [Record.Field]) -> String? {
        let lines = fields.compactMap { field -> String? in
            let name = field.name.lowercased().replacing(" ", with: "_")
            guard variables.isEmpty || variables.contains(name) else { return nil }
            return "\(prefix)\(Self.variable(name, hasPrefix: !prefix.isEmpty))=\(Self.quoted(field.cell.forPrograms))"
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// Whether variables' names can begin so: `IMAGE_`, or `export IMAGE_`.
    static func canBegin(with prefix: String) -> Bool {
        prefix.wholeMatch(of: /([a-z]+ )?([A-Za-z_][A-Za-z0-9_]*)?/) != nil
    }

    private static func variable(_ name: String, hasPrefix: Bool) -> String {
        let variable = String(
            name.unicodeScalars.map { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                    ? Character(scalar) : "_"
            }
        )
        let startsWithDigit = variable.first.map { ("0"..."9").contains($0) } ?? true
        return startsWithDigit && !hasPrefix ? "_" + variable : variable
    }

    /// In double quotes as cliff has it, or in single ones where anything would be special within the double ones.
    ///
    /// Not escaped by a backslash, which in some of the old East Asian encodings is the second half of a character whose first half a byte of UTF-8
    /// is taken for.
    private static func quoted(_ text: String) -> String {
        // No shell has a variable with it.
        let text = text.unicodeScalars.contains("\0") ? text.replacing("\0", with: "") : text
        guard text.unicodeScalars.contains(where: { ["\"", "$", "`", "\\"].contains($0) }) else { return "\"\(text)\"" }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
