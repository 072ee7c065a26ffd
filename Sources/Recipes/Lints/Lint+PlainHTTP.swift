extension Lint {
    /// An install tree that anybody on the way can replace.
    static let plainHTTP = Lint(code: "plain-http", severity: .warning) { subject in
        let hint = "give an https URL, or pin the tree: 'imagebake pin' writes 'install.pin'"
        var findings: [LintFinding] = []
        if case .url(let url) = subject.recipe.install.location, isOpen(url), subject.recipe.install.pin == nil {
            findings.append(
                LintFinding(
                    place: subject.place(of: "install.location"),
                    message:
                        "the install tree comes over plain http and is not pinned, so anybody on the way can replace it",
                    hint: hint
                )
            )
        }
        for file in subject.kickstarts {
            for command in file.document.commands where ["url", "liveimg"].contains(command.name) {
                guard let url = command.value(of: "--url"), isOpen(url), !command.has("--checksum") else { continue }
                findings.append(
                    LintFinding(
                        place: file.place(command.line),
                        message: "'\(command.name)' fetches over plain http without a checksum",
                        hint: "give an https URL, or @{location} for the recipe's own tree"
                    )
                )
            }
        }
        return findings
    }

    /// Whether a URL leads over a network without protection; this machine itself needs none.
    private static func isOpen(_ url: String) -> Bool {
        guard url.hasPrefix("http://") else { return false }
        let host = url.dropFirst("http://".count).prefix { !"/:".contains($0) }
        return !["localhost", "127.0.0.1", "10.0.2.2", "[::1]"].contains(String(host)) && !url.contains("{{")
    }
}
