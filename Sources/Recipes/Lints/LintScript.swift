/// A script, line by line.
struct LintScript {
    /// One line and where it stands.
    struct Line {
        let place: LintPlace
        let text: String

        /// The line without its indentation; nil for a comment.
        var code: Substring? {
            let bare = text.drop { $0 == " " || $0 == "\t" }
            return bare.isEmpty || bare.hasPrefix("#") ? nil : bare
        }

        /// The words of the line, as far as a shell would split it; quotes that go on in the next line are left out.
        var words: [String] {
            guard let code else { return [] }
            return ShellWords.split(code) ?? code.split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    /// Its lines.
    let lines: [Line]
}
