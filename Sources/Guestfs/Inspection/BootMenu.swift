/// Reads the menus of boot loaders; what it does not understand it leaves out.
enum BootMenu {
    // What a person would still read; a hostile menu has millions.
    private static let maximumEntries = 200

    /// The menu of GRUB 2, `grub.cfg`: each `menuentry` with its first kernel.
    static func grub2(_ content: [UInt8], file: String) -> [GuestBootEntry] {
        var entries: [GuestBootEntry] = []
        var title: String?
        for line in lines(content) {
            let words = words(line)
            switch words.first {
            case "menuentry": title = words.dropFirst().first ?? ""
            case "linux", "linux16", "linuxefi":
                guard let current = title, words.count > 1 else { continue }
                entries.append(entry(current, words[1], words.dropFirst(2), file))
                title = nil
            default: continue
            }
            if entries.count == maximumEntries { break }
        }
        return entries
    }

    /// An entry in the form of the Boot Loader Specification: `loader/entries/*.conf` (uapi-group.org/specifications/specs/boot_loader_specification).
    static func bootLoaderSpecification(
        _ content: [UInt8],
        file: String,
        variables: [String: String] = [:]
    ) -> GuestBootEntry? {
        var (title, kernel): (String?, String?)
        var arguments: [String] = []
        for line in lines(content) {
            let parts = line.split(maxSplits: 1) { $0 == " " || $0 == "\t" }
            guard parts.count == 2 else { continue }
            let value = parts[1].trimmed
            switch parts[0] {
            case "title": title = value
            case "linux", "efi": kernel = kernel ?? value
            // GRUB puts its variables in: `$kernelopts`.
            case "options":
                arguments += value.split(separator: " ").map { word in
                    word.hasPrefix("$") ? variables[String(word.dropFirst())] ?? String(word) : String(word)
                }
            default: continue
            }
        }
        guard let kernel else { return nil }
        return entry(title ?? kernel, kernel, arguments[...], file)
    }

    /// The menu of extlinux or syslinux.
    static func extlinux(_ content: [UInt8], file: String) -> [GuestBootEntry] {
        var entries: [GuestBootEntry] = []
        var (title, kernel, arguments): (String?, String?, [String]) = (nil, nil, [])
        func finish() {
            if let kernel, entries.count < maximumEntries {
                entries.append(entry(title ?? kernel, kernel, arguments[...], file))
            }
            (title, kernel, arguments) = (nil, nil, [])
        }
        for line in lines(content) {
            let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
            switch words.first?.uppercased() {
            case "LABEL":
                finish()
                title = words.dropFirst().joined(separator: " ")
            case "MENU" where words.count > 2 && words[1].uppercased() == "LABEL":
                title = words.dropFirst(2).joined(separator: " ").filter { $0 != "^" }
            case "LINUX", "KERNEL": kernel = words.dropFirst().first
            case "APPEND": arguments = Array(words.dropFirst())
            default: continue
            }
        }
        finish()
        return entries
    }

    /// The menu of GRUB before version 2, `menu.lst` or `grub.conf`.
    static func grubLegacy(_ content: [UInt8], file: String) -> [GuestBootEntry] {
        var entries: [GuestBootEntry] = []
        var title: String?
        for line in lines(content) {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "=" && title == nil }.map(String.init)
            switch words.first {
            case "title": title = words.dropFirst().joined(separator: " ")
            case "kernel":
                guard let current = title, words.count > 1, entries.count < maximumEntries else { continue }
                entries.append(entry(current, words[1], words.dropFirst(2), file))
                title = nil
            default: continue
            }
        }
        return entries
    }

    /// The variables of GRUB's environment block, `grubenv`.
    static func grubEnvironment(_ content: [UInt8]) -> [String: String] {
        var variables: [String: String] = [:]
        for line in lines(content).prefix(100) where !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            variables[String(line[..<equals])] = String(line[line.index(after: equals)...])
        }
        return variables
    }

    private static func entry(
        _ title: String,
        _ kernel: String,
        _ arguments: ArraySlice<String>,
        _ file: String
    ) -> GuestBootEntry {
        GuestBootEntry(
            title: printable(title),
            kernel: printable(kernel),
            arguments: printable(arguments.joined(separator: " ")),
            file: file
        )
    }

    private static func printable(_ text: String) -> String {
        GuestPath.printable(text.utf8.prefix(4096))
    }

    private static func lines(_ content: [UInt8]) -> [Substring] {
        String(decoding: content, as: UTF8.self).split(whereSeparator: \.isNewline).map { $0.trimmed[...] }
    }

    /// The words of a line as a shell has them: blanks separate, quotes keep together.
    private static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == " " || character == "\t" {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }
}

extension Substring {
    /// Without blanks at either end.
    var trimmed: String {
        var text = drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
