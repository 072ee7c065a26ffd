extension Lint {
    /// A section of a kickstart that nothing ends, which Anaconda refuses.
    static let missingEnd = Lint(code: "missing-end", severity: .error) { subject in
        // A complete kickstart is held to this when it is read.
        subject.kickstarts.filter(\.isTemplate).flatMap { file in
            file.document.sections.filter { !$0.isEnded && !file.document.isPartial }.map { section in
                LintFinding(
                    place: file.place(section.line),
                    message: "'\(section.name)' has no %end",
                    hint: "write %end in a line of its own behind the section's last line"
                )
            }
        }
    }

    /// A kickstart after which the guest waits for somebody to press Enter.
    static let missingPowerOff = Lint(code: "missing-power-off", severity: .error) { subject in
        subject.kickstarts.filter { $0.isTemplate && !$0.document.isPartial }.compactMap { file in
            let ends = file.document.commands.filter { ["poweroff", "shutdown", "halt", "reboot"].contains($0.name) }
            if ends.contains(where: { ["poweroff", "shutdown"].contains($0.name) }) { return nil }
            guard let other = ends.last else {
                return LintFinding(
                    place: file.place(1),
                    message: "there is no poweroff, so the install would never end",
                    hint: "add a line with 'poweroff' before the first section"
                )
            }
            return LintFinding(
                place: file.place(other.line),
                message: "'\(other.name)' does not switch the guest off, so the install would never end",
                hint: "write 'poweroff'"
            )
        }
    }
}
