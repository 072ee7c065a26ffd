import Testing

@testable import Diagnosis

/// docs/troubleshooting.md, written from the table.
enum Troubleshooting {
    static func text() throws -> String {
        var lines = [
            "<!-- Written by `make golden` from Sources/Diagnosis/Patterns; a test holds it to the code. -->",
            "# When an install fails",
            "",
            "imagebake reads the console and the logs of the installer while it runs. What it knows ends the install at once, with one",
            "sentence and a next step; each is explained here. The same for a log that you have, of whatever tool:",
            "",
            "    imagebake diagnose console.log",
            "    imagebake diagnose console.log anaconda.log packaging.log --kickstart ks.cfg",
            "    journalctl --boot -1 | imagebake diagnose -",
            "",
            "Lines of the kickstart are named where it is given. Of several signs the cause is told, not what follows from it: a kernel",
            "that panics because the installer ended is not why the installer ended.",
            "",
            "Each excerpt is what a log shows; where it was quoted stands below it. \"Ends the install\" is what imagebake does when it",
            "reads such a line: some only explain a failure that comes later, and mean nothing where none comes.",
            "",
        ]
        for chapter in FailurePattern.chapters {
            lines.append(
                "- [\(chapter.title)](#\(anchor(chapter.title))): "
                    + chapter.patterns.map { "[\($0.id)](#\($0.id))" }.joined(separator: ", ")
            )
        }
        for chapter in FailurePattern.chapters {
            lines += ["", "## \(chapter.title)"]
            for pattern in chapter.patterns { lines += try section(pattern) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func section(_ pattern: FailurePattern) throws -> [String] {
        let source = try #require(pattern.sources.first)
        let diagnosis = try #require(
            LogReader.read(pattern.seen.text, from: source).diagnoses.first { $0.id == pattern.id }
        )
        let seen = pattern.seen.text.split(separator: "\n", omittingEmptySubsequences: false).map {
            "    \($0)".trimmedEnd
        }
        let link =
            pattern.seen.source.hasPrefix("https://")
            ? "<\(pattern.seen.source)>" : "[\(pattern.seen.source)](../\(pattern.seen.source))"
        return [
            "", "### \(pattern.id)", "", "> \(diagnosis.sentence)", "",
            "**What it means.** \(pattern.means) \(effect(pattern))", "",
            "**Why.** \(pattern.why)", "", "**What to do.** \(sentence(pattern.next))", "",
        ] + seen + ["", pattern.seen.isQuoted ? "Quoted in \(link)." : "After the words in \(link)."]
    }

    private static func effect(_ pattern: FailurePattern) -> String {
        if pattern.silence > 0 {
            return
                "Such a text ends the install when it has been the last for \(pattern.silence == 1 ? "a second" : "\(pattern.silence) seconds")."
        }
        if pattern.weight == .hint || pattern.weight == .clue { return "Such a line does not end the install." }
        guard pattern.times > 1 else { return "Such a line ends the install." }
        let same = pattern.repeating.map { " for the same \($0)" } ?? ""
        return "Such a line ends the install when one comes again\(same)."
    }

    /// A next step as a sentence of its own.
    private static func sentence(_ text: String) -> String {
        let plain = text.replacing(#/\{([a-z]+)\}/#) { $0.1.uppercased() }
        return plain.prefix(1).uppercased() + plain.dropFirst() + "."
    }

    /// GitHub's name for a heading.
    private static func anchor(_ title: String) -> String {
        title.lowercased().filter { $0.isLetter || $0 == " " }.map { $0 == " " ? "-" : String($0) }.joined()
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
