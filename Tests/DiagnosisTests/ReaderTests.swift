import Foundation
import Testing

@testable import Diagnosis

@Suite("The reader of logs")
struct ReaderTests {
    private static let kickstart = """
        # packages: ntpp
        url --url=http://mirror.example.org/centos/7/os/x86_64/
        repo --name=epel --baseurl=http://vault.example.org/epel/7/x86_64/
        part / --fstype=ext4 --size=4096 --grow
        volgroup vgRoot pv.01
        logvol /var --vgname=vgRoot --size=1024
        user --name=ada --groups=wheel
        %packages
        @core
        @^minimal
        -ntpp-doc
        ntpp
        %end
        %post
        ntpp --start
        %end
        """

    @Test(
        "Whether there is more to read on the disk",
        arguments: [
            ("CmdlineError: Missing package: ntpp.", true),
            ("Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000300", true),
            ("imagebake-installer: error: no network: no lease", true),
            ("imagebake-installer: error: ks.cfg line 41: %post failed with status 7", false),
            ("imagebake-installer: error: the partitions need 12288 MiB; the disk vda has 10240 MiB", false),
            ("imagebake-installer: error: grub-install failed", false),
        ]
    )
    func saysAll(line: String, whole: Bool) throws {
        let diagnosis = try #require(LogReader.read("\(line)\n", from: .console).diagnoses.first)
        #expect(diagnosis.saysAll == whole, "\(diagnosis)")
    }

    @Test(
        "The line of the kickstart is named",
        arguments: [
            ("CmdlineError: Missing package: ntpp.", "the mirror has no package 'ntpp' (kickstart line 12)"),
            ("CmdlineError: Missing package: vim.", "the mirror has no package 'vim'"),
            (
                " You have specified that the group 'core' should be installed.",
                "the mirror has no package group 'core' (kickstart line 9)"
            ),
            (
                " You have specified that the group 'minimal' should be installed.",
                "the mirror has no package group 'minimal' (kickstart line 10)"
            ),
            (
                "At least 12MB more space needed on the /var filesystem.",
                "the packages need 12MB more than there is on /var (kickstart line 6)"
            ),
            (
                "('new lv is too large to fit in free space', 'vgRoot')",
                "the logical volumes do not fit into their volume group (kickstart line 5)"
            ),
            (
                "failure: repodata/repomd.xml from epel: [Errno 256] No more mirrors to try.",
                "no mirror of 'epel' gives out repodata/repomd.xml (kickstart line 3)"
            ),
            (
                "anaconda: failed to fetch stage2 from http://mirror.example.org/centos/7/os/x86_64",
                "the guest could not fetch the installer's image from http://mirror.example.org/centos/7/os/x86_64 (kickstart line 2)"
            ),
            ("Section %post does not end with %end", "the kickstart's section %post has no %end (kickstart line 14)"),
            ("imagebake-installer: error: ks.cfg line 41: no such zone", "no such zone (kickstart line 41)"),
            // A quotation mark at the end belongs to the one before it.
            (
                "imagebake-installer: error: ks.cfg line 6: unknown command 'frobnicate'",
                "unknown command 'frobnicate' (kickstart line 6)"
            ),
        ]
    )
    func kickstartLines(line: String, sentence: String) {
        let reader = LogReader.read(line, from: .console, kickstart: Self.kickstart)
        #expect(reader.diagnoses.first?.sentence == sentence)
    }

    @Test(
        "What stands in front of a program's words does not matter",
        arguments: [
            "", "[    1.234567] ", "<2>[    1.234567] ", "[2019-03-25T10:46:24-04:00] ", "12:34:56,789 ",
            "Apr 20 07:55:45 host1 kernel: ",
            "2026-05-28T12:21:57.303295+00:00 vm-1 kernel: ", "2022-10-17 18:15:07,293: ",
            "[    1.0] localhost kernel: ",
            "2021/12/20 20:39:11 packer-builder-qemu plugin: Qemu stdout: [    1.0] ",
            "Installing boot loader[   77.120001] ",
            "\u{1B}[1;31m", "\u{1B}]0;title\u{7}", "  ", "10%\r20%\r",
        ]
    )
    func prefixes(prefix: String) {
        let reader = LogReader.read(
            "\(prefix)Kernel panic - not syncing: Attempted to kill init! exitcode=0x7f00\u{1B}[0m\r\n",
            from: .console
        )
        #expect(reader.diagnoses.map(\.id) == ["init-killed"])
    }

    @Test("Words that text mode broke at the end of a line are one")
    func wrapped() {
        let text = """
            Question

             You have specified that the package 'compat-libstdc++-33-devel-static' should
             be installed.  This package does not exist.  Would you like to ignore this
             package and continue with installation?

            Please respond 'yes' or 'no': 
            """
        let reader = LogReader.read(text, from: .console)
        #expect(reader.diagnoses.map(\.id) == ["missing-package", "anaconda-question"])
        #expect(reader.best?.sentence == "the mirror has no package 'compat-libstdc++-33-devel-static'")
        #expect(reader.best?.line == 4)
    }

    @Test("A detail on the next lines belongs to the sentence")
    func details() {
        let text = """
            The following problem occurred on line 35 of the kickstart file:

            The --nobase option was removed in version F22, but you are
            using kickstart syntax version DEVEL.

            An unknown error has occurred
            """
        let reader = LogReader.read(text, from: .console)
        #expect(
            reader.best?.sentence
                == "the installer does not take the kickstart: The --nobase option was removed in version F22, "
                + "but you are using kickstart syntax version DEVEL (kickstart line 35)"
        )
        #expect(reader.best?.kickstartLine == 35)
    }

    @Test("A fatal line is told at once, a hint is not")
    func atOnce() {
        var reader = LogReader()
        #expect(reader.read("dnf invoked oom-killer: gfp_mask=0x14201ca", number: 1, from: .console) == nil)
        #expect(reader.best == nil)
        let line = "[    1.0] Kernel panic - not syncing: Attempted to kill init!"
        #expect(reader.read(line, number: 2, from: .console)?.id == "init-killed")
        #expect(reader.read(line, number: 3, from: .console) == nil, "said once")
        #expect(reader.best?.id == "oom-killer", "a symptom gives way to its hint")
        #expect(reader.diagnoses.map(\.line) == [1, 2])
    }

    @Test(
        "The root cause wins over what follows from it, and over general words",
        arguments: [
            (
                [
                    "imagebake-installer: error: there is no disk to install on",
                    "Kernel panic - not syncing: Attempted to kill init!",
                ], "debian-error"
            ),
            (
                [
                    "Fatal glibc error: CPU does not support x86-64-v2",
                    "Kernel panic - not syncing: Attempted to kill init!",
                ], "processor-too-old"
            ),
            (
                ["CmdlineError: Missing package: ntpp.", "An unknown error has occurred", "Pane is dead"],
                "missing-package"
            ),
            (["Pane is dead", "CmdlineError: Missing package: ntpp."], "missing-package"),
            (
                [
                    "imagebake-installer: warning: the mirror has no package 'ntpp'",
                    "imagebake-installer: error: these packages could not be installed: ntpp vim",
                ], "package-not-found"
            ),
            (
                [
                    "  - Status code: 404 for http://mirror.example.org/repodata/repomd.xml (IP: 192.0.2.1)",
                    "The base repository is invalid: Failed to download metadata for repo 'anaconda'",
                ], "not-on-server"
            ),
            (["dracut-initqueue timeout - starting timeout scripts", "Warning: Could not boot."], "dracut-timeout"),
            (["ValueError: name already in use", "What do you want to do now?"], "name-in-use"),
            (
                [
                    "[ 1.0] BUG: unable to handle page fault for address: 0",
                    "[ 1.1] Kernel panic - not syncing: Fatal exception",
                ],
                "kernel-oops"
            ),
            // A hint of another topic does not explain a general line.
            (
                ["Error in POSTIN scriptlet in rpm package mlocate", "storage configuration failed: x"],
                "storage-failed"
            ),
        ]
    )
    func best(lines: [String], id: String) {
        #expect(LogReader.read(lines.joined(separator: "\n"), from: .console).best?.id == id)
    }

    @Test("A task that hangs counts the second time", arguments: [120, 241])
    func hungTask(second: Int) {
        var reader = LogReader()
        func line(_ task: String, _ seconds: Int) -> String {
            "[  242.0] INFO: task \(task) blocked for more than \(seconds) seconds."
        }
        #expect(reader.read(line("jbd2/vda1-8:161", 120), number: 1, from: .console) == nil)
        // Those that wait for the same disk are reported with it; that is one stall, which may pass.
        for task in ["tar:170", "kworker/u2:1:30", "sync:171", "systemd-journal:12"] {
            #expect(reader.read(line(task, 120), number: 2, from: .console) == nil)
        }
        #expect(reader.best == nil)
        // Newer kernels count on, older ones do not.
        let found = reader.read(line("jbd2/vda1-8:161", second), number: 3, from: .console)
        #expect(found?.weight == .cause)
        #expect(found?.sentence == "the guest hangs: jbd2/vda1-8:161 has waited for more than \(second) seconds")
        #expect(reader.best?.line == 3)
    }

    @Test("A question counts after its time, and only as the last text")
    func silence() {
        var reader = LogReader()
        _ = reader.read("Debian GNU/Linux 12 localhost ttyS0", number: 1, from: .console)
        #expect(reader.prompt("localhost login: ", number: 3, silence: .seconds(1), from: .console) == nil)
        #expect(reader.prompt("starting localhost login: x", number: 3, silence: .seconds(60), from: .console) == nil)
        let found = reader.prompt("localhost login: ", number: 3, silence: .seconds(10), from: .console)
        #expect(found?.id == "login")
        #expect(found?.kind == .prompt)
        #expect(found?.line == 3)
        #expect(reader.prompt("localhost login: ", number: 3, silence: .seconds(10), from: .anaconda) == nil)
    }

    @Test("A question with a line feed, or broken over two lines, or before tmux's status, is one too")
    func prompts() {
        var reader = LogReader()
        _ = reader.read(
            "Please make your choice from above ['q' to quit | 'b' to begin installation |",
            number: 7,
            from: .console
        )
        #expect(
            reader.prompt("  'r' to refresh]: ", number: 8, silence: .seconds(10), from: .console)?.id
                == "anaconda-menu"
        )
        var other = LogReader()
        _ = other.read("Please respond 'yes' or 'no': ", number: 4, from: .console)
        let status = "[anaconda]1:main* 2:shell  3:log  4:storage-log >Switch tab: Alt+Tab | Help: F1 "
        #expect(other.prompt(status, number: 5, silence: .seconds(5), from: .console)?.line == 4)
    }

    @Test("Numbers of lines are those of an editor, also beyond the longest line")
    func numbers() {
        let text = "a\r\n\n\(String(repeating: "x", count: 10_000))\nPane is dead\n"
        let reader = LogReader.read(text, from: .console)
        #expect(reader.best?.line == 4)
    }

    @Test("What it keeps has a bound")
    func bounded() {
        var reader = LogReader()
        for number in 1...20_000 {
            let line = "CmdlineError: Missing package: p\(number)."
            _ = reader.read(line, number: number, from: .console)
            _ = reader.read("Status code: \(number) for http://example.org/\(number)", number: number, from: .program)
        }
        #expect(reader.diagnoses.count <= 64)
        #expect(reader.best?.sentence == "the mirror has no package 'p1'")
        #expect(reader.diagnoses.allSatisfy { $0.text.count <= 240 && $0.sentence.count < 600 })
    }

    @Test("A diagnosis can be written and read")
    func codable() throws {
        let diagnosis = try #require(LogReader.read("Pane is dead", from: .console).best)
        let data = try JSONEncoder().encode(diagnosis)
        #expect(try JSONDecoder().decode(Diagnosis.self, from: data) == diagnosis)
    }

    @Test(
        "A file's name tells what it is",
        arguments: [
            ("console.log", LogSource.console), ("serial0.txt", .console), ("anaconda.log", .anaconda),
            ("storage.log", .anaconda),
            ("packaging.log", .program), ("program.log", .program), ("dnf.librepo.log", .program),
            ("log.txt", .unknown), ("-", .unknown),
        ]
    )
    func sources(name: String, source: LogSource) {
        #expect(LogSource(fileName: name) == source)
    }
}
