extension Recipe.OwnKickstart {
    /// What keeps an install with this file from ending, or from proving that it ended; each begins with a line number.
    var problems: [String] {
        let lines = lines
        var problems: [String] = []
        var powersOff = false
        for line in lines {
            let word = String(line.text.prefix { !$0.isWhitespace })
            if line.section == nil {
                switch word {
                case "poweroff", "shutdown": powersOff = true
                case "reboot", "halt":
                    problems.append("\(line.number): '\(word)' would not switch the guest off; write poweroff")
                case "%end": problems.append("\(line.number): '%end' ends no section")
                default: break
                }
            } else if line.sectionStart != line.number, KickstartSections.opening.contains(word) {
                problems.append("\(line.sectionStart): '\(line.section ?? "")' has no %end before '\(word)'")
            }
        }
        if let last = lines.last(where: { !$0.text.isEmpty }), let section = last.section, last.text.prefix(4) != "%end"
        {
            problems.append("\(last.sectionStart): '\(section)' has no %end")
        }
        if !powersOff { problems.append("1: there is no poweroff, so the install would never end") }
        if !leavesStamp(lines) {
            problems.append(
                "\(lines.count): the last %post must write @{stamp} to /etc/imagebake-stamp, or nothing proves that the install was "
                    + "finished: printf '%s\\n' @{stamp} >/etc/imagebake-stamp"
            )
        }
        return problems + misplacements
    }

    private func leavesStamp(_ lines: [Line]) -> Bool {
        guard let start = lines.last(where: { $0.section == "%post" })?.sectionStart else { return false }
        let written = Set(
            placements.filter { $0.sectionStart == start && $0.part == .stamp && $0.obstacle != "in a comment" }
                .map(\.line)
        )
        return lines.contains { written.contains($0.number) && $0.text.contains("/etc/imagebake-stamp") }
    }
}
