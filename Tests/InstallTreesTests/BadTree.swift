@testable import InstallTrees

/// Treeinfos, locations and servers that are wrong, and what each must be called.
struct BadTree: Sendable {
    let name: String
    let bytes: [UInt8]
    let code: TreeError.Code
    let exit: Int32
    /// In the message or its cause.
    let part: String

    init(_ name: String, _ text: String, _ code: TreeError.Code, _ part: String, exit: Int32 = 66) {
        self.init(name, bytes: Array(text.utf8), code, part, exit: exit)
    }

    init(_ name: String, bytes: [UInt8], _ code: TreeError.Code, _ part: String, exit: Int32 = 66) {
        self.name = name
        self.bytes = bytes
        self.code = code
        self.exit = exit
        self.part = part
    }

    static let digest = String(repeating: "0", count: 64)
    private static let general = "[general]\nfamily = Fedora\nversion = 44\narch = x86_64\n"

    /// A treeinfo whose kernel is somewhere else.
    private static func kernel(_ path: String) -> String {
        general + "[images-x86_64]\nkernel = \(path)\ninitrd = images/initrd.img\n"
    }

    private static func extra(_ text: String) -> String { kernel("images/vmlinuz") + text }

    private static func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
        (bigEndian ? [0xFE, 0xFF] : [0xFF, 0xFE])
            + text.utf16.flatMap { bigEndian ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
    }

    /// Files that stand where a `.treeinfo` should.
    static let treeinfos: [BadTree] = [
        // Paths.
        BadTree("an absolute path", kernel("/etc/passwd"), .unsafePath, "'/etc/passwd'"),
        BadTree("a climbing path", kernel("../../../../etc/passwd"), .unsafePath, "'../../../../etc/passwd'"),
        BadTree("a path that climbs later", kernel("images/../../etc/passwd"), .unsafePath, "not a plain path"),
        BadTree("a path that climbs and comes back", kernel("../tree/vmlinuz"), .unsafePath, "not a plain path"),
        BadTree("another host", kernel("http://other/x"), .unsafePath, "'http://other/x'"),
        BadTree("another host in capitals", kernel("HTTPS://other/x"), .unsafePath, "HTTPS"),
        BadTree("a file URL", kernel("file:///etc/passwd"), .unsafePath, "'file:///etc/passwd'"),
        BadTree("another scheme", kernel("nfs4+x.y://h/x"), .unsafePath, "nfs4"),
        BadTree("a host without a scheme", kernel("//other/x"), .unsafePath, "'//other/x'"),
        BadTree("a tab in a path", kernel("a\tb"), .unsafePath, "a\\tb"),
        BadTree("an escape in a path", kernel("a\u{1B}[2Jb"), .unsafePath, "a\\u{1B}[2Jb"),
        BadTree("a bell in a path", kernel("a\u{7}"), .unsafePath, "not a plain path"),
        BadTree("a text direction override", kernel("a\u{202E}b"), .unsafePath, "\\u{202E}"),
        BadTree("a backslash", kernel("..\\..\\x"), .unsafePath, "not a plain path"),
        BadTree("a continued path", kernel("a\n  b"), .unsafePath, "not a plain path"),
        BadTree("only dots", kernel("./."), .unsafePath, "not a plain path"),
        BadTree("no path", kernel(""), .unsafePath, "''"),
        BadTree("an endless path", kernel(String(repeating: "a/", count: 4000)), .unsafePath, "..."),
        BadTree("a missing kernel", kernel("images/vmlinuz"), .missingFile, "the tree has no images/vmlinuz"),
        BadTree("a bad boot.iso", extra("boot.iso = /dev/sda\n"), .unsafePath, "'/dev/sda'"),
        BadTree("a bad initrd", general + "[images-x86_64]\ninitrd=/x\nkernel=a\n", .unsafePath, "'/x'"),
        BadTree(
            "a bad kernel of another architecture",
            extra("[images-xen]\nkernel = ../x\ninitrd = y\n"),
            .unsafePath,
            "'../x'"
        ),
        BadTree("a bad main image", extra("[stage2]\nmainimage = /etc/shadow\n"), .unsafePath, "'/etc/shadow'"),
        BadTree("a bad inst image", extra("[stage2]\ninstimage = ../x\n"), .unsafePath, "'../x'"),
        BadTree(
            "an absolute repository",
            extra("[variant-BaseOS]\nrepository = /etc\n"),
            .unsafePath,
            "'/etc'"
        ),
        BadTree(
            "a repository of another host",
            extra("[variant-BaseOS]\nrepository = http://other/x\n"),
            .unsafePath,
            "'http://other/x'"
        ),
        BadTree(
            "a repository that climbs after it descended",
            extra("[variant-BaseOS]\nrepository = a/../../b\n"),
            .unsafePath,
            "'a/../../b'"
        ),
        BadTree(
            "a repository that climbs for ever",
            extra("[variant-B]\nrepository = \(String(repeating: "../", count: 20))x\n"),
            .unsafePath,
            "not a plain path"
        ),
        BadTree(
            "packages with a quote and a newline",
            extra("[addon-X]\npackages = a\n  ' --baseurl=http://h\n"),
            .unsafePath,
            "not a plain path"
        ),
        // Checksums.
        BadTree("a short checksum", extra("[checksums]\na = sha256:00\n"), .malformedTreeinfo, "the checksum of 'a'"),
        BadTree("no algorithm", extra("[checksums]\na = \(digest)\n"), .malformedTreeinfo, "the checksum of 'a'"),
        BadTree("a strange algorithm", extra("[checksums]\na = rot13:\(digest)\n"), .malformedTreeinfo, "sha512"),
        BadTree("no digits", extra("[checksums]\na = sha256:\(digest.dropLast())g\n"), .malformedTreeinfo, "'a'"),
        BadTree("an empty checksum", extra("[checksums]\na =\n"), .malformedTreeinfo, "the checksum of 'a'"),
        BadTree(
            "a checksum of two lines",
            extra("[checksums]\na = sha256:\n  \(digest)x\n"),
            .malformedTreeinfo,
            "'a'"
        ),
        BadTree("a checksum of a file outside", extra("[checksums]\n../a = sha256:\(digest)\n"), .unsafePath, "'../a'"),
        BadTree("a checksum of this machine", extra("[checksums]\n/a = sha256:\(digest)\n"), .unsafePath, "'/a'"),
        BadTree(
            "two checksums of one file",
            extra("[checksums]\na = sha256:\(digest)\n./a = md5:\(digest.prefix(32))\n"),
            .malformedTreeinfo,
            "two different checksums"
        ),
        // Structure.
        BadTree("duplicate sections", extra(general), .malformedTreeinfo, "already on line 1"),
        BadTree("duplicate keys", general + "arch = aarch64\n", .malformedTreeinfo, "already on line 4"),
        BadTree("no section", "family = x\n", .malformedTreeinfo, "before the first [section]"),
        BadTree("an open section", "[general\nfamily = x\n", .malformedTreeinfo, "a section is written '[name]'"),
        BadTree("an empty section name", "[]\n", .malformedTreeinfo, "a section is written '[name]'"),
        BadTree("no delimiter", general + "nonsense\n", .malformedTreeinfo, "neither a [section]"),
        BadTree("no key", general + "= x\n", .malformedTreeinfo, "no key"),
        BadTree("no family", "[general]\nversion = 44\n", .malformedTreeinfo, "no 'family'"),
        BadTree("an empty family", "[general]\nfamily =\n[release]\nname =\n", .malformedTreeinfo, "no 'family'"),
        BadTree("nothing of use", "[media]\ndiscnum = 1\n", .malformedTreeinfo, "neither a [general]"),
        BadTree("a disc that is no number", extra("[media]\ndiscnum = one\n"), .malformedTreeinfo, "'discnum'"),
        BadTree("disc 0", extra("[media]\ndiscnum = 0\n"), .malformedTreeinfo, "'discnum'"),
        BadTree("disc 3 of 2", extra("[media]\ndiscnum = 3\ntotaldiscs = 2\n"), .malformedTreeinfo, "'totaldiscs'"),
        BadTree(
            "a huge disc",
            extra("[media]\ndiscnum = 99999999999999999999\n"),
            .malformedTreeinfo,
            "'discnum'"
        ),
        BadTree("a composeinfo", "[header]\ntype = productmd.composeinfo\n", .notTreeinfo, "'productmd.composeinfo'"),
        BadTree("no images", general, .missingArchitecture, "for x86_64"),
        BadTree(
            "another architecture",
            general + "[images-ppc]\nkernel=a\ninitrd=b\n",
            .missingArchitecture,
            "for ppc"
        ),
        BadTree("a kernel without an initrd", general + "[images-x86_64]\nkernel=a\n", .missingArchitecture, "x86_64"),
        // Size.
        BadTree(
            "10,000 sections",
            (0..<10_000).map { "[s\($0)]\n" }.joined(),
            .malformedTreeinfo,
            ":1001:1: more than 1000 sections"
        ),
        BadTree("100,000 lines", String(repeating: "\n", count: 100_000) + general, .malformedTreeinfo, ":20001:"),
        BadTree(
            "a line of nearly 1 MB",
            general + "name = " + String(repeating: "x", count: 1_000_000),
            .malformedTreeinfo,
            ":5:1: the line is longer than 8192 bytes"
        ),
        BadTree(
            "a section name of nearly 1 MB",
            "[" + String(repeating: "x", count: 1_000_000) + "]\n",
            .malformedTreeinfo,
            ":1:1: the line is longer"
        ),
        BadTree("100,000 keys", general + (0..<100_000).map { "\($0)=\n" }.joined(), .malformedTreeinfo, "20000 lines"),
        BadTree("2 MB", String(repeating: "# x\n", count: 500_000), .tooLarge, "is larger than"),
        // What is no text.
        BadTree("nothing", "", .notTreeinfo, "is empty"),
        BadTree("white space", " \r\n\t\n", .notTreeinfo, "is empty"),
        BadTree("NUL", general + "name = a\u{0}b\n", .notTreeinfo, "binary data"),
        BadTree("NUL alone", bytes: [UInt8](repeating: 0, count: 4096), .notTreeinfo, "binary data"),
        BadTree("UTF-16", bytes: utf16(general, bigEndian: false), .notTreeinfo, "UTF-16"),
        BadTree("UTF-16, big-endian", bytes: utf16(general, bigEndian: true), .notTreeinfo, "UTF-16"),
        BadTree("Latin-1", bytes: Array(general.utf8) + [0xE4, 10], .notTreeinfo, "binary data"),
        BadTree("an overlong slash", bytes: Array(general.utf8) + [0xC0, 0xAF], .notTreeinfo, "binary data"),
        BadTree("gzip", bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], .notTreeinfo, "binary data"),
        BadTree("a web page", "<!DOCTYPE html>\n<html>", .webPage, "a web page, not a treeinfo"),
        BadTree("a web page after blanks", "\u{FEFF}\n\n  <html>", .webPage, "a web page"),
        BadTree("XML", "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", .webPage, "a web page"),
        BadTree("JSON", "{\"error\": \"not found\"}", .malformedTreeinfo, "before the first [section]"),
    ]

    /// Locations that cannot be a tree's, refused before anything is opened or asked.
    static let locations: [BadTree] = [
        BadTree("nothing", "", .unsupportedSource, "empty"),
        BadTree("blanks", "   ", .unsupportedSource, "empty"),
        BadTree("a header", "http://h/x\r\nX-Evil: 1", .unsupportedSource, "control characters"),
        BadTree("a request", "http://h/ HTTP/1.1\r\nHost: evil\r\n\r\nGET /", .unsupportedSource, "control characters"),
        BadTree("a line feed in a host", "http://h\nevil/", .unsupportedSource, "control characters"),
        BadTree("a space", "http://h/a b", .unsupportedSource, "spaces"),
        BadTree("a space in a host", "http://h evil/", .unsupportedSource, "spaces"),
        BadTree("a C1 control", "http://h/\u{85}x", .unsupportedSource, "control characters"),
        BadTree("NUL", "/tree\u{0}/x", .unsupportedSource, "control characters"),
        BadTree("no host", "http:///tree", .unsupportedSource, "with a host"),
        BadTree("port 0", "http://h:0/", .unsupportedSource, "with a host"),
        BadTree("port 99999", "http://h:99999/", .unsupportedSource, "with a host"),
        BadTree("a port that is no number", "http://h:x/", .unsupportedSource, "with a host"),
        BadTree("an open bracket", "http://[::1/", .unsupportedSource, "with a host"),
        BadTree("a query", "http://h/?a=b", .unsupportedSource, "a query or a fragment"),
        BadTree("a fragment", "http://h/#a", .unsupportedSource, "a query or a fragment"),
        BadTree("ftp", "ftp://h/tree", .unsupportedSource, "'ftp'"),
        BadTree("nfs", "nfs://h/tree", .unsupportedSource, "'nfs'"),
        BadTree("javascript", "javascript://h/%0aalert(1)", .unsupportedSource, "'javascript'"),
        BadTree("another machine's file", "file://server/tree", .unsupportedSource, "a file URL of this machine"),
        BadTree("a relative file URL", "file://tree", .unsupportedSource, "a file URL of this machine"),
        BadTree("NUL in a file URL", "file:///tree%00/x", .unsupportedSource, "'file:///tree%00/x'"),
        BadTree("a line feed in a file URL", "file:///tree%0Ax", .unsupportedSource, "control characters"),
    ]
}
