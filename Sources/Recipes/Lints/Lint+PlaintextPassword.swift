extension Lint {
    /// A password that everybody can read who sees the recipe, the kickstart or the image's logs.
    static let plaintextPassword = Lint(code: "plaintext-password", severity: .warning) { subject in
        let commands = subject.kickstarts.flatMap { file in
            file.document.commands.compactMap { command -> LintFinding? in
                guard let message = plaintext(in: command) else { return nil }
                return LintFinding(
                    place: file.place(command.line),
                    message: message,
                    hint: "give a hash with --iscrypted, or a secret of the recipe's"
                )
            }
        }
        let scripts = subject.scripts.flatMap(\.lines).compactMap { line -> LintFinding? in
            guard let code = line.code, let message = plaintext(inScript: String(code), words: line.words) else {
                return nil
            }
            return LintFinding(
                place: line.place,
                message: message,
                hint: "hand the script a secret of the recipe's, or a hash with 'chpasswd -e'"
            )
        }
        return commands + scripts
    }

    private static func plaintext(in command: KickstartDocument.Command) -> String? {
        switch command.name {
        case "rootpw":
            if command.has("--plaintext") { return "'rootpw --plaintext' holds the password of root in plain text" }
            guard !command.has("--iscrypted"), !command.has("--lock") || passwords(of: command) > 0 else { return nil }
            return passwords(of: command) > 0
                ? "'rootpw' without --iscrypted holds the password of root in plain text" : nil
        case "user", "sshpw", "group":
            if command.has("--plaintext") { return "'\(command.name) --plaintext' holds a password in plain text" }
            let holds = command.name == "user" ? command.has("--password") : command.name == "sshpw"
            guard holds, !command.has("--iscrypted"), !isTag(command.value(of: "--password")) else {
                return nil
            }
            guard command.name == "user" || passwords(of: command) > 0 else { return nil }
            return "'\(command.name)' without --iscrypted holds a password in plain text"
        case "bootloader":
            guard command.has("--password"), !command.has("--iscrypted") else { return nil }
            return "'bootloader --password' without --iscrypted holds a password in plain text"
        default: return nil
        }
    }

    /// The number of arguments that are no options and no tags, which is what a password is.
    private static func passwords(of command: KickstartDocument.Command) -> Int {
        var isValue = false
        return command.arguments.count { argument in
            defer { isValue = argument == "--username" }
            return !argument.hasPrefix("-") && !isValue && !isTag(argument)
        }
    }

    /// Whether a word is filled in later with what is no password: a template's tag, or the placeholder of the hash.
    private static func isTag(_ word: String?) -> Bool {
        guard let word else { return false }
        return (word.hasPrefix("{{") && word.hasSuffix("}}")) || word == "@{root_password_hash}"
    }

    private static func plaintext(inScript code: String, words: [String]) -> String? {
        if let pipe = code.firstRange(of: "|"), ["echo", "printf"].contains(words.first ?? "") {
            let target = code[pipe.upperBound...].split(whereSeparator: { " |;".contains($0) }).map(String.init)
            let program = target.first { $0 != "sudo" }.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
            if program == "chpasswd", !target.contains("-e"), !target.contains("--encrypted"),
                holdsPassword(code[..<pipe.lowerBound], after: ":")
            {
                return "a password in plain text is handed to chpasswd"
            }
            if program == "passwd", target.contains("--stdin"), holdsPassword(code[..<pipe.lowerBound], after: " ") {
                return "a password in plain text is handed to passwd"
            }
        }
        if let here = code.firstRange(of: "<<<") {
            let program = words.first { $0 != "sudo" }?.split(separator: "/").last ?? ""
            let text = code[here.upperBound...]
            let isEncrypted = words.contains("-e") || words.contains("--encrypted")
            if program == "chpasswd", !isEncrypted, holdsPassword(text, after: ":") {
                return "a password in plain text is handed to chpasswd"
            }
            if program == "passwd", words.contains("--stdin"), holdsPassword(" " + text, after: " ") {
                return "a password in plain text is handed to passwd"
            }
        }
        guard ["useradd", "usermod"].contains(words.first?.split(separator: "/").last.map(String.init) ?? "") else {
            return nil
        }
        for (index, word) in words.enumerated() {
            let (option, value): (String, Substring?) =
                if ["-p", "--password"].contains(word) {
                    (word, index + 1 < words.count ? words[index + 1][...] : nil)
                } else if word.hasPrefix("--password=") {
                    ("--password", word.dropFirst("--password=".count))
                } else {
                    (word, nil)
                }
            // A hash begins with '$', and so does a variable; '!' and '*' lock.
            guard let value, !["$", "!", "*"].contains(value.first) else { continue }
            return "'\(words[0]) \(option)' takes a hash, and gets a text"
        }
        return nil
    }

    /// Whether something that is no variable follows a separator.
    private static func holdsPassword(_ text: Substring, after separator: Character) -> Bool {
        guard let last = text.split(separator: separator).last, text.contains(separator) else { return false }
        var word = last.drop { "\"' \t".contains($0) }
        if word.hasPrefix("%s") {
            // What printf puts there is its last argument.
            guard let argument = word.split(separator: " ").dropFirst().last else { return false }
            word = argument.drop { "\"'".contains($0) }
        }
        return !word.isEmpty && !word.hasPrefix("$") && !word.allSatisfy { "\"' \n\\".contains($0) }
    }
}
