extension Recipe.OwnKickstart {
    /// A placeholder and what stands around it.
    struct Placement {
        /// The number of the line, counted from 1.
        let line: Int

        /// The line in which its section begins.
        let sectionStart: Int

        /// The placeholder.
        let part: Part

        /// Why no quoted word may stand there, to follow "stands"; nil when one may.
        let obstacle: String?
    }

    /// The placeholders of the file, comments too.
    var placements: [Placement] {
        var placements: [Placement] = []
        var position = ShellPosition()
        var excuse: String?
        for line in lines {
            // Each command is a line of its own, split by a shell's rules.
            if line.section == nil { (position, excuse) = (ShellPosition(), nil) }
            for part in line.parts {
                if case .text(let text) = part {
                    position.advance(through: String(text))
                    continue
                }
                placements.append(
                    Placement(
                        line: line.number,
                        sectionStart: line.sectionStart,
                        part: part,
                        obstacle: excuse ?? position.obstacle
                    )
                )
                position.passWord()
            }
            if line.section != nil, line.number == line.sectionStart {
                (position, excuse) = (ShellPosition(), Self.excuse(of: line))
            } else {
                position.advance(through: "\n")
            }
        }
        return placements
    }

    /// Placeholders where a quoted word would be torn or would be no word; each begins with a line number.
    var misplacements: [String] {
        placements.compactMap { placement in
            // The comment stays one: no value has a line break.
            guard let obstacle = placement.obstacle, obstacle != "in a comment" else { return nil }
            let isSecret = if case .secret = placement.part { true } else { false }
            // What imagebake itself puts there has no character that needs quotes but a blank.
            guard isSecret || !obstacle.hasPrefix("behind quotes that are hard") else { return nil }
            let reason = "a value is a quoted word already; write it outside, such as name=\(placement.part.text)"
            return "\(placement.line): '\(placement.part.text)' stands \(obstacle); \(reason)"
        }
    }

    /// Why no word for a shell may stand in a section, by the line with which it begins; nil where one may.
    private static func excuse(of line: Line) -> String? {
        guard let name = line.section, ["%pre", "%pre-install", "%post", "%onerror", "%traceback"].contains(name) else {
            return "in '\(line.section ?? "")', which is no script"
        }
        let words = line.text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "=" })
        guard let option = words.firstIndex(of: "--interpreter"), words.indices.contains(option + 1) else { return nil }
        let program = String(words[option + 1].split(separator: "/").last ?? "")
        return Substitution.shells.contains(program)
            ? nil : "in a script that \(Quoted(program)) runs, which is no shell"
    }
}

extension Recipe.OwnKickstart.Part {
    /// The placeholder as the file has it.
    fileprivate var text: String {
        switch self {
        case .text(let text): String(text)
        case .stamp: "@{stamp}"
        case .location: "@{location}"
        case .rootPasswordHash: "@{root_password_hash}"
        case .secret(let name): "@{secret:\(name.name)}"
        }
    }
}
