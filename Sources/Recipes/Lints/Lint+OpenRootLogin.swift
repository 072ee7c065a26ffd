extension Lint {
    /// A way for root, or for anybody with a password, to log in over the network.
    static let openRootLogin = Lint(code: "open-root-login", severity: .warning) { subject in
        let recipe = subject.recipe
        var findings: [LintFinding] = []
        if !recipe.system.lockRoot {
            findings.append(
                LintFinding(
                    place: subject.place(of: "system.lock_root"),
                    message: "the password of root stays valid in every clone of the image",
                    hint: "leave 'lock_root' out, and let a user with 'sudo' do what root would"
                )
            )
        }
        if recipe.cloudInit.file == nil, recipe.cloudInit.sshPasswordAuthentication {
            findings.append(
                LintFinding(
                    place: subject.place(of: "cloud_init.ssh_pwauth"),
                    message: "sshd takes passwords, which are guessed all day long",
                    hint: "leave 'ssh_pwauth' out; clouds hand over keys"
                )
            )
        }
        if recipe.cloudInit.file == nil, !recipe.cloudInit.disableRoot {
            findings.append(
                LintFinding(
                    place: subject.place(of: "cloud_init.disable_root"),
                    message: "root can log in with the keys of the cloud",
                    hint: "leave 'disable_root' out; the default user has sudo"
                )
            )
        }
        return findings + subject.scripts.flatMap(\.lines).compactMap { permission($0) ?? emptyPassword($0) }
    }

    /// `passwd -d root`, after which root needs none.
    private static func emptyPassword(_ line: LintScript.Line) -> LintFinding? {
        let words = line.words
        guard words.first?.split(separator: "/").last == "passwd", words.contains("root"),
            words.contains("-d") || words.contains("--delete")
        else { return nil }
        return LintFinding(
            place: line.place,
            message: "'passwd -d root' lets anybody log in as root, without a password",
            hint: "write 'passwd -l root'"
        )
    }

    private static func permission(_ line: LintScript.Line) -> LintFinding? {
        guard let code = line.code, let key = code.firstRange(of: "PermitRootLogin") else { return nil }
        // What is searched for is no setting: of sed's s/old/new/ only the new text counts, and that of grep not at all.
        if line.words.first == "grep" { return nil }
        guard let last = code.ranges(of: "PermitRootLogin").last else { return nil }
        let value = code[last.upperBound...].drop { " \t=".contains($0) }
        let hasDelimiterBefore = last != key || !line.words.contains("sed")
        guard value.hasPrefix("yes"),
            hasDelimiterBefore || !value.dropFirst(3).hasPrefix("/") || isNew(last.lowerBound, in: code)
        else { return nil }
        return LintFinding(
            place: line.place,
            message: "sshd lets root log in with a password",
            hint: "write 'PermitRootLogin no', or 'prohibit-password' for keys alone"
        )
    }

    /// Whether a place is in the second half of a sed command `s/old/new/`.
    private static func isNew(_ place: Substring.Index, in code: Substring) -> Bool {
        code[..<place].count(where: { $0 == "/" || $0 == "|" }) >= 2
    }
}
