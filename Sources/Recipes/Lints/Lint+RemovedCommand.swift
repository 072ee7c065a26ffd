extension Lint {
    /// A command or an option at which the installer of this release stops.
    static let removedCommand = Lint(code: "removed-command", severity: .error) { subject in
        changes(in: subject, isFatal: true)
    }

    /// A command or an option that the installer of this release reads and ignores, or will not take for long.
    static let deprecatedCommand = Lint(code: "deprecated-command", severity: .warning) { subject in
        changes(in: subject, isFatal: false)
    }

    private static func changes(in subject: LintSubject, isFatal: Bool) -> [LintFinding] {
        let os = subject.recipe.os
        return subject.kickstarts.flatMap { file in
            file.document.commands.flatMap { command in
                KickstartChange.table.compactMap { change -> LintFinding? in
                    guard change.command == command.name, change.option.map({ command.has($0) }) ?? true else {
                        return nil
                    }
                    guard change.state(in: os.dialect) == (isFatal ? .removed : .deprecated) else { return nil }
                    // A command that is gone altogether is told once, not for each of its options.
                    if change.option != nil, change.isCommandGone(in: os.dialect) { return nil }
                    let what = change.option.map { "'\(command.name) \($0)'" } ?? "'\(command.name)'"
                    let state = isFatal ? "is not known to" : "has no effect with, or is about to leave,"
                    return LintFinding(
                        place: file.place(command.line),
                        message: "\(what) \(state) the installer of \(os.rawValue) (\(os.kickstartVersion))",
                        hint: change.instead
                    )
                }
            }
        }
    }
}
