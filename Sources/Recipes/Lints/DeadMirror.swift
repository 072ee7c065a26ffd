/// A server, or a part of one, that holds no packages any more.
struct DeadMirror: Sendable {
    /// How URLs begin that lead there, without their scheme.
    let prefix: String

    /// The schemes for which that holds.
    var schemes = ["http", "https", "ftp"]

    /// Only releases up to this one, where a number follows the prefix.
    var upTo: Int?

    /// What happened, and when.
    let news: String

    /// Where to look now.
    let home: String
}

extension DeadMirror {
    /// What is known; the first row that holds is the one that is told.
    static let table: [DeadMirror] = [
        DeadMirror(
            prefix: "mirror.centos.org/centos/7",
            news: "CentOS Linux 7 ended in June 2024",
            home: "https://vault.centos.org/7.9.2009/"
        ),
        DeadMirror(
            prefix: "mirror.centos.org/centos/8-stream",
            news: "CentOS Stream 8 ended in May 2024",
            home: "https://vault.centos.org/8-stream/"
        ),
        DeadMirror(
            prefix: "mirror.centos.org/centos/8",
            news: "CentOS Linux 8 ended in December 2021",
            home: "https://vault.centos.org/8.5.2111/"
        ),
        DeadMirror(
            prefix: "mirror.centos.org/altarch/7",
            news: "CentOS Linux 7 ended in June 2024",
            home: "https://vault.centos.org/altarch/7.9.2009/"
        ),
        DeadMirror(
            prefix: "mirror.centos.org/centos/6",
            news: "CentOS Linux 6 ended in November 2020",
            home: "https://vault.centos.org/6.10/"
        ),
        DeadMirror(
            prefix: "mirror.centos.org",
            news: "the server was switched off in July 2024",
            home:
                "https://vault.centos.org/ for what has ended, https://mirror.stream.centos.org/ for Stream 9 and later"
        ),
        DeadMirror(
            prefix: "mirrorlist.centos.org",
            news: "the server was switched off in July 2024",
            home: "https://vault.centos.org/ (a 'url', not a mirror list)"
        ),
        DeadMirror(
            prefix: "vault.centos.org",
            schemes: ["http", "ftp"],
            news: "the vault answers over https only, and old wgets do not follow",
            home: "https://vault.centos.org/"
        ),
        DeadMirror(
            prefix: "download.fedoraproject.org/pub/epel/",
            upTo: 7,
            news: "EPEL 7 ended in June 2024",
            home: "https://archives.fedoraproject.org/pub/archive/epel/"
        ),
        DeadMirror(
            prefix: "dl.fedoraproject.org/pub/epel/",
            upTo: 7,
            news: "EPEL 7 ended in June 2024",
            home: "https://archives.fedoraproject.org/pub/archive/epel/"
        ),
        DeadMirror(
            prefix: "dl.fedoraproject.org/pub/fedora/linux/releases/",
            upTo: 42,
            news: "Fedora's releases live for 13 months",
            home: "https://archives.fedoraproject.org/pub/archive/fedora/linux/releases/"
        ),
        DeadMirror(
            prefix: "download.fedoraproject.org/pub/fedora/linux/releases/",
            upTo: 42,
            news: "Fedora's releases live for 13 months",
            home: "https://archives.fedoraproject.org/pub/archive/fedora/linux/releases/"
        ),
        DeadMirror(
            prefix: "httpredir.debian.org",
            news: "the redirector was switched off in 2017",
            home: "http://deb.debian.org/"
        ),
        DeadMirror(
            prefix: "http.debian.net",
            news: "the redirector was switched off in 2017",
            home: "http://deb.debian.org/"
        ),
        DeadMirror(
            prefix: "ftp.debian.org",
            schemes: ["ftp"],
            news: "Debian's servers have spoken no FTP since 2017",
            home: "http://deb.debian.org/"
        ),
        DeadMirror(
            prefix: "ftp.redhat.com",
            schemes: ["ftp"],
            news: "Red Hat's server speaks no FTP any more",
            home: "https://cdn.redhat.com/"
        ),
        DeadMirror(
            prefix: "ftp.scientificlinux.org",
            news: "Scientific Linux 7 ended in June 2024",
            home: "https://www.scientificlinux.org/downloads/sl-versions/"
        ),
        DeadMirror(
            prefix: "",
            schemes: ["ftp"],
            news: "neither installers nor the mirrors speak FTP any more",
            home: "the same host over https"
        ),
    ]

    /// Whether a URL leads there.
    func holds(_ url: String) -> Bool {
        guard let separator = url.firstRange(of: "://") else { return false }
        let scheme = url[..<separator.lowerBound].lowercased()
        let rest = url[separator.upperBound...].lowercased()
        guard schemes.contains(scheme), rest.hasPrefix(prefix) else { return false }
        if prefix.isEmpty { return true }
        let tail = rest.dropFirst(prefix.count)
        if let upTo {
            let digits = tail.prefix { $0.isASCII && $0.isNumber }
            return Int(digits).map { $0 <= upTo } ?? false
        }
        // 'mirror.centos.org' is not the start of 'mirror.centos.org.example'.
        guard let next = tail.first, !prefix.hasSuffix("."), !prefix.hasSuffix("/") else { return true }
        return "/:.-".contains(next) && !(next == "." && !prefix.contains("/"))
            && !(next == "-" && !prefix.contains("/"))
    }

    /// The part of a URL that a message shows: scheme and host.
    func shown(_ url: String) -> String {
        guard let separator = url.firstRange(of: "://") else { return url }
        let host = url[separator.upperBound...].prefix { $0 != "/" }
        return String(url[..<separator.upperBound] + (host.split(separator: "@").last ?? host))
    }
}
