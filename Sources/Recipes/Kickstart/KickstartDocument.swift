/// A kickstart file, or a template of one, as its commands and sections with their lines.
///
/// It is read as pykickstart reads it (parser.py, `_stateMachine`), without judging: what is no command stays in the list of commands.
/// Lines of a template that hold nothing but a Mustache tag are left out.
struct KickstartDocument {
    /// One command.
    struct Command: Equatable {
        /// The line in which it stands, counted from 1.
        let line: Int

        /// Its first word, such as `rootpw`.
        let name: String

        /// The words behind it.
        let arguments: [String]
    }

    /// One section, such as `%post`.
    struct Section: Equatable {
        /// The line in which it begins, counted from 1.
        let line: Int

        /// Its first word, such as `%post`.
        let name: String

        /// The words behind it.
        let arguments: [String]

        /// The lines between its first and its `%end`.
        var body: [Line]

        /// Whether `%end` ends it.
        var isEnded: Bool

        /// Whether the lines are a script.
        var isScript: Bool { ["%pre", "%pre-install", "%post", "%onerror", "%traceback"].contains(name) }
    }

    /// One line.
    struct Line: Equatable {
        /// Its number, counted from 1.
        let number: Int

        /// What stands in it.
        let text: String
    }

    /// The commands in their order.
    private(set) var commands: [Command] = []

    /// The sections in their order.
    private(set) var sections: [Section] = []

    /// The lines whose quotes are not closed.
    private(set) var unreadable: [Line] = []

    /// Whether other files or templates belong to it, so that what is not here may be there.
    private(set) var isPartial = false

    /// Reads a text; any text is a document.
    init(_ text: String) {
        var section: Section?
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = raw.last == "\r" ? raw.dropLast() : raw
            let bare = line.drop { $0 == " " || $0 == "\t" }
            if bare.hasPrefix("{{>") || bare.hasPrefix("{{<") || bare.hasPrefix("%include")
                || bare.hasPrefix("%ksappend")
            {
                isPartial = true
            }
            if bare.hasPrefix("{{"), let end = bare.lastIndex(of: "}"),
                bare[end...].dropFirst().allSatisfy(\.isWhitespace),
                bare.count(where: { $0 == "{" }) <= 3
            {
                continue
            }
            let word = String(bare.prefix { !$0.isWhitespace })
            if word == "%end" {
                section?.isEnded = true
                if let ended = section { sections.append(ended) }
                section = nil
            } else if KickstartSections.opening.contains(word) {
                if let open = section { sections.append(open) }
                let words = ShellWords.split(bare) ?? [word]
                section = Section(
                    line: index + 1,
                    name: word,
                    arguments: Array(words.dropFirst()),
                    body: [],
                    isEnded: false
                )
            } else if section != nil {
                section?.body.append(Line(number: index + 1, text: String(line)))
            } else if !bare.isEmpty, !bare.hasPrefix("#") {
                add(String(bare), at: index + 1)
            }
        }
        if let open = section { sections.append(open) }
    }

    private mutating func add(_ line: String, at number: Int) {
        guard let words = ShellWords.split(line) else {
            unreadable.append(Line(number: number, text: line))
            return
        }
        guard let name = words.first else { return }
        commands.append(Command(line: number, name: name, arguments: Array(words.dropFirst())))
    }
}

extension KickstartDocument.Command {
    /// Whether an option is given, with a value or without.
    func has(_ option: String) -> Bool {
        arguments.contains { $0 == option || $0.hasPrefix("\(option)=") }
    }

    /// The value of an option, written `--name=value` or `--name value`.
    func value(of option: String) -> String? {
        for (index, argument) in arguments.enumerated() {
            if argument.hasPrefix("\(option)=") { return String(argument.dropFirst(option.count + 1)) }
            if argument == option, index + 1 < arguments.count { return arguments[index + 1] }
        }
        return nil
    }
}
