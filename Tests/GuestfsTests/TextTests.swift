import SystemPackage
import Testing

@testable import Guestfs

/// The transformations of the guest's files, names and reports, without a guest.
@Suite struct TextTests {
    static let ifcfg = LineFilter.assignments(of: "HWADDR", "UUID")

    @Test(
        "assignments go, everything else stays byte for byte",
        arguments: [
            ("", "", []),
            ("HWADDR=1", "", [1]),
            ("A=1\nHWADDR=1\nUUID=2\nB=2\n", "A=1\nB=2\n", [2, 3]),
            (" HWADDR = 1\r\nB=2\r\n", "B=2\r\n", [1]),
            ("#HWADDR=1\nMACADDR=1\nXUUID=1\nUUIDS=1\nUUID\n", "#HWADDR=1\nMACADDR=1\nXUUID=1\nUUIDS=1\nUUID\n", []),
            ("A=1\n\n\nUUID=x", "A=1\n\n\n", [4]),
        ] as [(String, String, [Int])]
    )
    func lines(content: String, kept: String, lines: [Int]) {
        let result = Self.ifcfg.apply(to: Array(content.utf8))
        #expect(String(decoding: result.content, as: UTF8.self) == kept)
        #expect(result.dropped.map(\.line) == lines)
    }

    @Test("bytes that are no text pass through a line filter")
    func binaryLines() {
        let content: [UInt8] = [0xFF, 0, 0x0A] + Array("UUID=1\n".utf8) + [0xFE]
        #expect(Self.ifcfg.apply(to: content).content == [0xFF, 0, 0x0A, 0xFE])
    }

    @Test(
        "root is locked without a trace of the hash",
        arguments: [
            ("root:$6$s$h:19000:0:99999:7:::\n", "root:!*:19000:0:99999:7:::\n"),
            ("root::19000::::::\n", "root:!*:19000::::::\n"),
            ("root:!$6$s$h:1::::::\n", "root:!*:1::::::\n"),
            ("root:*:1::::::\n", nil), ("root:!!:1::::::\n", nil), ("root:!*:1::::::\n", nil),
            ("root:x:0:0::/:/bin/sh\n", nil),
            ("toor:$6$s$h:1::::::\nrooty:$6$s$h:1::::::\n", nil), ("", nil),
            ("a:b\nroot:h:1", "a:b\nroot:!*:1"),
        ] as [(String, String?)]
    )
    func shadow(content: String, locked: String?) {
        let result = SysprepOperation.lockingRoot(in: Array(content.utf8))
        #expect(result.map { String(decoding: $0, as: UTF8.self) } == locked)
        if let result { #expect(SysprepOperation.lockingRoot(in: result) == nil) }
    }

    @Test(
        "patterns match as a shell's, and deeper with two stars",
        arguments: [
            ("/tmp/*", "/tmp/a", true), ("/tmp/*", "/tmp/.a", true), ("/tmp/*", "/tmp/a/b", false),
            ("/tmp/*", "/tmp", false),
            ("/var/log/**", "/var/log/a/b", true), ("/var/log/**", "/var/log", false), ("/etc/**~", "/etc/a/b~", true),
            ("/home/*/.x", "/home/a/.x", true), ("/home/*/.x", "/home/a/b/.x", false),
            ("/e/[0-9][0-9]-p", "/e/70-p", true), ("/e/[0-9][0-9]-p", "/e/7-p", false),
            ("/tmp/*", "/tmp/new\nline", true),
        ]
    )
    func globs(glob: String, path: String, matches: Bool) {
        #expect(path.withCString { GuestGlob(glob).matches($0) } == matches)
    }

    @Test("patterns match bytes that are no UTF-8")
    func globBytes() {
        GuestPath(Array("/tmp/".utf8) + [0xFF, 0x80]).withCString { path in
            #expect(path.map { GuestGlob("/tmp/*").matches($0) } == true)
        }
    }

    @Test(
        "names are shown so that a terminal is safe from them",
        arguments: [
            ([0x2F, 0x61], "/a"), ([0x0A], "\\x0a"), ([0x1B, 0x5B], "\\x1b["), ([0xFF, 0x61], "\\xffa"),
            ([0x5C], "\\\\"),
            ([0xC3, 0xA9], "é"), ([0xC3], "\\xc3"), ([0xE2, 0x80, 0xAE], "\\xe2\\x80\\xae"),
            ([0xC2, 0x9B], "\\xc2\\x9b"),
        ] as [([UInt8], String)]
    )
    func printable(bytes: [UInt8], shown: String) {
        #expect(GuestPath(bytes).description == shown)
    }

    @Test(
        "rotated logs are known by their names",
        arguments: [
            ("messages.1", true), ("syslog.2.gz", true), ("wtmp-20240101", true), ("cron.old", true),
            ("boot.log-20240101", true),
            ("messages", false), ("wtmp", false), ("cloud-init.log", false), ("rpmpkgs-1", false),
            ("fontconfig.log", false),
        ]
    )
    func rotated(name: String, is expected: Bool) {
        #expect(SysprepOperation.isRotated(("/var/log" as GuestPath).appending(Array(name.utf8))) == expected)
    }

    @Test("os-release names the system for people")
    func productName() {
        func name(_ text: String?) -> String {
            GuestOS(
                distro: "debian",
                productName: "12.5",
                majorVersion: 12,
                minorVersion: 5,
                architecture: "x86_64",
                packageFormat: "deb"
            ).named(from: text.map { Array($0.utf8) }).productName
        }
        #expect(name(nil) == "12.5" && name("ID=debian\n") == "12.5")
        #expect(name("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n") == "Debian GNU/Linux 12 (bookworm)")
        #expect(name("PRETTY_NAME='A\u{1B}[2J'") == "A\\x1b[2J" && name("PRETTY_NAME=\"") == "\"")
    }
}
