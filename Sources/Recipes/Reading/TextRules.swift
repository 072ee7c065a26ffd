import Glibc

extension TextRule {
    /// A name that is safe as a file name and as an image name.
    static let name = word(
        "a name of letters, digits, '.', '_' and '-', beginning with a letter or a digit",
        punctuation: "._-"
    )

    static let description = line()

    static let locale = word("a locale such as en_US.UTF-8", punctuation: "_.@-")

    static let keyboard = word("a keyboard map such as us", punctuation: "_-")

    static let timezone = TextRule(
        requirement: "a time zone such as America/Chicago",
        pattern: "^[A-Za-z0-9][A-Za-z0-9_+\\-]*(/[A-Za-z0-9][A-Za-z0-9_+\\-]*)*$"
    ) { text in
        text.unicodeScalars.count <= 64
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                part.unicodeScalars.first.map { $0.isASCIIWord } ?? false
                    && part.unicodeScalars.allSatisfy { $0.isASCIIWord || "_+-".unicodeScalars.contains($0) }
            }
    }

    /// The kernel takes at most 15 bytes.
    static let device = word("a network device such as eth0", punctuation: "._-", atMost: 15)

    /// Six pairs of digits; the second bit of the first pair would make it the address of a group.
    static let macAddress = TextRule(
        requirement: "the hardware address of one card such as 52:54:00:12:34:56",
        pattern: "^[0-9A-Fa-f][02468ACEace](:[0-9A-Fa-f]{2}){5}$"
    ) {
        text in
        let pairs = text.split(separator: ":", omittingEmptySubsequences: false)
        guard pairs.count == 6, let first = UInt8(pairs[0], radix: 16), first & 1 == 0 else { return false }
        return pairs.allSatisfy { $0.utf8.count == 2 && $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
    }

    static let networkName = word("the name of a libvirt network such as default", punctuation: "._-")

    /// Linux takes at most 64 bytes (`HOST_NAME_MAX`, sethostname(2)).
    static let hostname = TextRule(
        requirement: "a host name such as web.example.org, of at most 64 characters",
        pattern: "^[A-Za-z0-9]([A-Za-z0-9\\-]*[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9\\-]*[A-Za-z0-9])?)*$"
    ) {
        text in
        (1...64).contains(text.utf8.count) && !ipv4Address.accepts(text)
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.unicodeScalars.allSatisfy { $0.isASCIIWord || $0 == "-" }
            }
    }

    static let ipv4Address = TextRule(
        requirement: "an IPv4 address such as 192.0.2.7",
        pattern: "^[0-9]{1,3}([.][0-9]{1,3}){3}$"
    ) { text in
        var address = in_addr()
        return inet_pton(AF_INET, text, &address) == 1
    }

    static let ipAddress = TextRule(requirement: "an IP address") { text in
        var address = in6_addr()
        return ipv4Address.accepts(text) || inet_pton(AF_INET6, text, &address) == 1
    }

    static let ipv6Address = TextRule(requirement: "an IPv6 address such as 2001:db8::1") { text in
        var address = in6_addr()
        return inet_pton(AF_INET6, text, &address) == 1
    }

    static let ipv6Interface = TextRule(
        requirement: "an IPv6 address with its prefix such as 2001:db8::7/64",
        pattern: "^[0-9A-Fa-f:.]+/[0-9]{1,3}$"
    ) { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts[1].allSatisfy({ $0.isASCII && $0.isNumber }) else { return false }
        return ipv6Address.accepts(parts[0]) && (Int(parts[1]).map { (1...128).contains($0) } ?? false)
    }

    static let timeServer = TextRule(requirement: "a time server: a host name or an IP address") { text in
        ipAddress.accepts(text) || hostname.accepts(text)
    }

    static let netmask = TextRule(
        requirement: "a netmask such as 255.255.255.0",
        pattern: "^[0-9]{1,3}([.][0-9]{1,3}){3}$"
    ) { text in
        var address = in_addr()
        guard inet_pton(AF_INET, text, &address) == 1 else { return false }
        let mask = UInt32(bigEndian: address.s_addr)
        return mask != 0 && (~mask & (~mask &+ 1)) == 0
    }

    /// A package, a glob of packages or, after `@`, a group.
    static let package = TextRule(
        requirement: "a package name, or a group after '@', without spaces",
        pattern: "^@?\\^?[A-Za-z0-9][A-Za-z0-9+\\-._:*?]*$"
    ) { text in
        var name = text[...]
        if name.hasPrefix("@^") { name = name.dropFirst(2) } else if name.hasPrefix("@") { name = name.dropFirst() }
        guard let first = name.unicodeScalars.first, first.isASCIIWord, text.unicodeScalars.count <= 255 else {
            return false
        }
        return name.unicodeScalars.allSatisfy { $0.isASCIIWord || "+-._:*?".unicodeScalars.contains($0) }
    }

    /// A package, or a glob of packages.
    static let packagePattern = TextRule(requirement: "a package name or a pattern of names, without spaces") { text in
        !text.isEmpty && text.unicodeScalars.count <= 255 && !text.hasPrefix("-")
            && text.unicodeScalars.allSatisfy { $0.isASCIIWord || "+-._:*?".unicodeScalars.contains($0) }
    }

    /// A module and, after a colon, its stream.
    static let module = TextRule(
        requirement: "a module such as nodejs:20",
        pattern: "^[A-Za-z0-9][A-Za-z0-9._\\-]*(:[A-Za-z0-9][A-Za-z0-9._\\-]*)?$"
    ) { text in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { part in
                (1...64).contains(part.utf8.count) && (part.unicodeScalars.first?.isASCIIWord ?? false)
                    && part.unicodeScalars.allSatisfy { $0.isASCIIWord || "._-".unicodeScalars.contains($0) }
            }
    }

    /// What useradd takes everywhere.
    static let account = TextRule(
        requirement: "a name of lower-case letters, digits, '_' and '-', beginning with a letter or '_'",
        pattern: "^[a-z_][a-z0-9_\\-]{0,31}$"
    ) {
        text in
        guard let first = text.unicodeScalars.first, text.unicodeScalars.count <= 32 else { return false }
        guard first == "_" || ("a"..."z").contains(first) else { return false }
        return text.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("0"..."9").contains($0) || "_-".unicodeScalars.contains($0)
        }
    }

    /// A colon would end the field in /etc/passwd, the last one.
    static let loginShell = TextRule(requirement: "an absolute path without spaces and ':'", pattern: "^/[^\\s:]*$") {
        absolutePath.accepts($0) && !$0.contains(":")
    }

    static let service = word("a service name", punctuation: "._@:-")

    static let firewallService = word("a service of firewalld such as https", punctuation: "_-")

    static let absolutePath = TextRule(requirement: "an absolute path without spaces", pattern: "^/\\S*$") { text in
        text.hasPrefix("/") && text.utf8.count <= 4096 && !text.contains(where: \.isWhitespace)
            && !text.split(separator: "/").contains("..")
    }

    static let mountPoint = TextRule(
        requirement: "an absolute path such as /, or swap",
        pattern: "^(swap|biosboot|/|(/[A-Za-z0-9._\\-]+)+)$"
    ) { text in
        text == "swap" || text == "biosboot"
            || (text.hasPrefix("/") && (text == "/" || !text.hasSuffix("/")) && !text.contains("//")
                && text.unicodeScalars.allSatisfy { $0.isASCIIWord || "/._-".unicodeScalars.contains($0) }
                && !text.split(separator: "/").contains { $0 == ".." || $0 == "." })
    }

    /// btrfs takes 255 bytes; what other file systems take is checked where the file system is known.
    static let fileSystemLabel = word(
        "a label of letters, digits, '.', '_' and '-'",
        punctuation: "._-",
        atMost: 255
    )

    /// The kernel's device mapper takes no more than 127 characters for group and volume together, a dash counting twice.
    static let volumeName = word(
        "a name of at most 48 letters, digits, '.', '_' and '-'",
        punctuation: "._-",
        atMost: 48
    )

    static let mountOptions = TextRule(
        requirement: "mount options such as noatime,nodev, without spaces",
        pattern: "^[A-Za-z0-9,=._:/@+\\-]+$"
    ) { text in
        !text.isEmpty && text.utf8.count <= 256
            && text.unicodeScalars.allSatisfy { $0.isASCIIWord || ",=._:/@+-".unicodeScalars.contains($0) }
            && text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }

    /// A path of the installer's environment: see ``InstallerPaths``.
    static let injectedPath = TextRule(requirement: "an absolute path that the installer does not need itself") {
        text in
        guard absolutePath.accepts(text), text != "/", !text.hasSuffix("/"), !text.contains("//") else { return false }
        guard text.unicodeScalars.allSatisfy(\.isASCII), !text.split(separator: "/").contains(".") else { return false }
        return InstallerPaths.isFree(text)
    }

    /// A path that stays below the directory that it begins in, symbolic links aside.
    static let pathBelow = TextRule(requirement: "a relative path without '..'") { text in
        path.accepts(text) && !text.hasPrefix("/") && !text.split(separator: "/").contains("..")
    }

    static let organization = word("the number of an organization", punctuation: "_-")

    static let sha256 = TextRule(requirement: "sha256: and 64 hexadecimal digits", pattern: "^sha256:[0-9A-Fa-f]{64}$")
    { text in
        let digits = text.dropFirst("sha256:".count)
        return text.hasPrefix("sha256:") && digits.utf8.count == 64 && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    static let secretName = TextRule(
        requirement: "a name of at most 64 letters, digits and '_', beginning with a letter or '_'"
    ) { text in
        guard let first = text.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
        return text.unicodeScalars.count <= 64 && text.unicodeScalars.allSatisfy { $0.isASCIIWord || $0 == "_" }
    }

    /// The boot loader's configuration is a shell script, so what a shell would act on is refused.
    static let kernelArgument = TextRule(
        requirement: "one kernel argument, without spaces and quotes",
        pattern: "^[^\\s\"'`$\\\\]+$"
    ) { text in
        !text.isEmpty && text.utf8.count <= 512
            && text.unicodeScalars.allSatisfy { $0.isASCII && $0 > " " && !"\"'`$\\".unicodeScalars.contains($0) }
    }

    static let publicKey = TextRule(
        requirement: "an SSH public key such as 'ssh-ed25519 AAAA... name'",
        pattern: "^(ssh|ecdsa|sk)-[a-z0-9\\-@.]+ AAAA[A-Za-z0-9+/=]*( .*)?$"
    ) { text in
        let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, text.utf8.count <= 16384 else { return false }
        let kinds = ["ssh-ed25519", "ssh-rsa", "ssh-dss", "sk-ssh-ed25519@openssh.com"]
        guard
            kinds.contains(String(parts[0])) || parts[0].hasPrefix("ecdsa-sha2-")
                || parts[0].hasPrefix("sk-ecdsa-sha2-")
        else { return false }
        return parts[1].hasPrefix("AAAA")
            && parts[1].unicodeScalars.allSatisfy { $0.isASCIIWord || "+/=".unicodeScalars.contains($0) }
    }

    /// A colon would end the field in /etc/passwd.
    static let gecos = TextRule(requirement: "one line of text without ':'", pattern: "^[^:]*$") { text in
        text.unicodeScalars.count <= 256 && !text.contains(":")
    }

    static let sudoRule = TextRule(requirement: "one line of a sudoers file such as 'ALL=(ALL) NOPASSWD:ALL'") { text in
        !text.isEmpty && text.unicodeScalars.count <= 1024 && !text.hasSuffix("\\")
    }

    static let cloudInitModule = word("the name of a cloud-init module", punctuation: "_-")

    static let datasource = word("the name of a cloud-init data source such as NoCloud")

    static let operation = word("the name of a sysprep operation", punctuation: "-")

    /// As the shell's patterns; `**` matches slashes too.
    static let guestFiles = TextRule(
        requirement: "an absolute path or pattern such as '/etc/ssl/private/*.key'",
        pattern: "^/.+$"
    ) { text in
        text.hasPrefix("/") && (2...4096).contains(text.utf8.count) && !text.hasSuffix("/")
            && !text.split(separator: "/").contains("..")
    }

    static let registry = word("'local' or the name of a cloud in clouds.yaml", punctuation: "._-")

    static let store = word("the id of one of the cloud's stores", punctuation: "._-")

    static let repositoryName = word("a repository name", punctuation: "._-")

    static let environmentVariable = TextRule(
        requirement: "the name of an environment variable",
        pattern: "^[A-Za-z_][A-Za-z0-9_]*$"
    ) { text in
        guard let first = text.unicodeScalars.first, !("0"..."9").contains(first), text.utf8.count <= 255 else {
            return false
        }
        return text.unicodeScalars.allSatisfy { $0.isASCIIWord || $0 == "_" }
    }

    static let path = TextRule(requirement: "a path") { !$0.isEmpty && $0.utf8.count <= 4096 }

    /// Glance's limit for names, tags and property names.
    static let imageText = TextRule(requirement: "1 to 255 characters in one line") {
        (1...255).contains($0.unicodeScalars.count)
    }

    static let propertyName = word("a property name", punctuation: "_.:-", atMost: 255)

    /// The limit of Glance's database.
    static let propertyValue = TextRule(requirement: "one line of text of at most 65535 bytes") {
        $0.utf8.count <= 65535
    }

    /// The URL of a list, which mirror managers make up from a query.
    static let listURL = TextRule(requirement: "an http or https URL without user name and fragment") { text in
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, url.accepts(String(first)), text.utf8.count <= 2048 else { return false }
        return parts.dropFirst().allSatisfy {
            URLParts.hasWholeEscapes($0)
                && $0.unicodeScalars.allSatisfy { $0.isASCIIWord || "/.-_~:&()*+,;=%[]".unicodeScalars.contains($0) }
        }
    }

    /// For the schema only; the reader of locations knows more.
    static let location = TextRule(requirement: "a URL, a directory, an ISO or the word built-in") { path.accepts($0) }

    /// For the schema only; the reader of ports knows more.
    static let port = TextRule(
        requirement: "a port such as 443/tcp or 6000-6010/udp",
        pattern: "^[0-9]+(-[0-9]+)?/[a-z]+$"
    ) { path.accepts($0) }

    /// For the schema only; the reader of permissions knows more.
    static let fileMode = TextRule(requirement: "permissions such as 0644", pattern: "^0?[0-7]{3}$") {
        path.accepts($0)
    }

    /// A URL that says who the user is would carry a secret into logs and into the image.
    static let url = TextRule(
        requirement: "an http or https URL without user name, query and fragment",
        pattern: "^https?://[^/@?#\\s]+(/[^?#\\s]*)?$"
    ) { text in
        for scheme in ["http://", "https://"] where text.hasPrefix(scheme) {
            let rest = text.dropFirst(scheme.count)
            let host = rest.prefix { $0 != "/" }
            guard URLParts.isHost(host), URLParts.hasWholeEscapes(rest) else { return false }
            return text.utf8.count <= 2048
                && rest.unicodeScalars.allSatisfy {
                    $0.isASCIIWord || "/.-_~:@!&()*+,;=%[]".unicodeScalars.contains($0)
                }
        }
        return false
    }
}
