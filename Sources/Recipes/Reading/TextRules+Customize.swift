import Glibc

extension TextRule {
    /// A path in the guest that names just one place.
    static let guestPath = TextRule(
        requirement: "an absolute path without spaces, '.' and '..', such as /etc/motd",
        pattern: "^(/[^/\\s]+)+$"
    ) { text in
        absolutePath.accepts(text) && text != "/" && !text.hasSuffix("/") && !text.contains("//")
            && !text.split(separator: "/").contains(".")
    }

    /// A path in the guest with wildcards, none of them in its first part: `/*` is never meant.
    static let guestPattern = TextRule(
        requirement:
            "an absolute path such as /var/cache/app/*; its wildcards are * and ?, and none is in its first part",
        pattern: "^(/[^/\\s]+)+$"
    ) { text in
        guestPath.accepts(text) && !text.contains("\\") && !text.contains("[")
            && text.split(separator: "/").first.map { part in !part.contains { "*?".contains($0) } } ?? false
    }

    /// An account's or a group's name, or its number in quotes.
    static let owner = TextRule(
        requirement: "the name of an account or a group, or its number in quotes",
        pattern: "^([a-z_][a-z0-9_\\-]{0,31}|[0-9]{1,9})$"
    ) { text in
        account.accepts(text) || (1...9).contains(text.utf8.count) && text.allSatisfy { $0.isASCII && $0.isNumber }
    }

    /// A package as the guest's package manager names it, a version behind it or not; never an option, never a file.
    static let guestPackage = TextRule(
        requirement: "a package such as nginx or nginx=1.22.1-9, or a group after '@'",
        pattern: "^@?[A-Za-z0-9][A-Za-z0-9+\\-._:=~*]*$"
    ) { text in
        let name = text.hasPrefix("@") ? text.dropFirst() : text[...]
        guard let first = name.unicodeScalars.first, first.isASCIIWord, text.unicodeScalars.count <= 255 else {
            return false
        }
        return name.unicodeScalars.allSatisfy { $0.isASCIIWord || "+-._:=~*".unicodeScalars.contains($0) }
    }

    /// For a file's name alone; its path is a rule of its own.
    static let packageFile = TextRule(requirement: "the file of a package, .deb, .rpm or .apk") { text in
        [".deb", ".rpm", ".apk"].contains { text.hasSuffix($0) && text.utf8.count > $0.utf8.count }
            && text.utf8.count <= 255 && text.unicodeScalars.first?.isASCIIWord ?? false
            && text.unicodeScalars.allSatisfy { $0.isASCIIWord || "+-._:~^".unicodeScalars.contains($0) }
    }

    static let replacement = line(atMost: 4096)

    /// For the schema only; the reader of permissions knows more.
    static let permissions = TextRule(requirement: "permissions such as 0644 or 4755", pattern: "^[0-7]?[0-7]{3}$") {
        path.accepts($0)
    }

    /// For the schema only; the reader of expressions knows more.
    static let regularExpression = TextRule(
        requirement: "an extended regular expression in one line, of at most 512 characters",
        limit: 512
    ) { $0.unicodeScalars.count <= 512 }
}
