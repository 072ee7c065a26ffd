import CGuestfs
import Glibc
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Guestfs

/// Customising phony guests: each start of the appliance asserts much.
@Suite("Customising", .serialized)
struct CustomizeTests {
    /// What the engine said.
    private final class Heard: Sendable {
        let logs = Mutex<[(step: CustomizedStep, text: String)]>([])

        func hear(_ event: SysprepEvent) {
            guard case .customized(let step, let log) = event else { return }
            logs.withLock { $0.append((step, String(decoding: log, as: UTF8.self))) }
        }

        var last: String { logs.withLock { $0.last?.text ?? "" } }
    }

    private static func step(
        _ action: Customization.Action,
        name: String = "step",
        limit: Duration = .seconds(60)
    ) -> Customization {
        Customization(name: name, subject: "something", place: "web.recipe:7:5", limit: limit, action: action)
    }

    @Test(
        """
        files, accounts and settings are as the steps say, and nothing is reached through a link; programs run shut off, in their \
        time, and leave nothing but what they wrote; a guest of another processor takes files
        """
    )
    func steps() async throws {
        try await Lab.withDirectory { directory in
            let disk = directory.appending("guest.raw")
            try Lab.makeDisk(disk)
            var options = Lab.options
            options.network = true
            // One start of the appliance for all; each begins with a new guest.
            try await withGuestfs([GuestDisk(disk, format: .raw, readOnly: false)], options: options) { session in
                for body in [Self.files, Self.programs, Self.otherProcessor] {
                    try Self.make(session)
                    try session.unmountAll()
                    try body(Guest(session, readOnly: false, seal: Seal()), session)
                    try session.unmountAll()
                }
            }
        }
    }

    /// Makes that guest on the first disk, and leaves it mounted.
    static func make(_ session: GuestfsSession) throws {
        try PhonyGuest(.debian).make(on: "/dev/sda", session)
        try session.mount("/dev/sda1", on: "/", readOnly: false)
        for directory: GuestPath in [
            "/dev", "/proc", "/sys", "/run", "/opt", "/usr/sbin", "/usr/share/zoneinfo/Europe",
        ] {
            try session.makeDirectories(directory)
        }
        try session.check(guestfs_upload(session.handle, "/bin/busybox", "/bin/busybox"), "upload")
        try session.setPermissions(0o755, of: "/bin/busybox")
        for name in ["sh", "cat", "id", "ip", "sleep", "head", "mkdir"] {
            try session.makeLink(GuestPath("/bin/\(name)"), to: Array("busybox".utf8))
        }
        try session.write(
            Array("root:x:0:0:root:/root:/bin/sh\nada:x:1000:1001::/home/ada:/bin/sh\n".utf8),
            to: "/etc/passwd"
        )
        try session.write(Array("root:*:1:0:99999:7:::\nada:!:1:0:99999:7:::\n".utf8), to: "/etc/shadow")
        try session.write(Array("root:x:0:\nadm:x:4:ada\n".utf8), to: "/etc/group")
        try session.write(Array("127.0.0.1\tlocalhost\n127.0.1.1\told\n".utf8), to: "/etc/hosts")
        try session.write(Array("TZif".utf8), to: "/usr/share/zoneinfo/Europe/Vienna")
        try session.makeDirectories("/home/ada")
        try session.makeDirectories("/etc/systemd/system")
    }

    private static func text(_ path: GuestPath, _ session: GuestfsSession) throws -> String? {
        try session.readSmallFile(path).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func files(_ guest: Guest, _ session: GuestfsSession) throws {
        let heard = Heard()
        let owners = Customization.Access(mode: 0o4750, owner: "ada", group: "adm")
        let large = [UInt8](repeating: 0x78, count: 3 << 20)
        let steps: [Customization.Action] = [
            .write(path: "/opt/app/conf", contents: Array("a=1\nb=2\n".utf8), access: owners),
            .write(path: "/opt/app/large", contents: large, access: .init()),
            .copy(
                entries: [
                    .init(path: "sub", mode: 0o755, kind: .directory),
                    .init(path: "sub/run.sh", mode: 0o755, kind: .file(Array("#!/bin/sh\n".utf8))),
                ],
                to: "/opt/tree",
                access: .init(owner: "12", group: "34")
            ),
            .edit(path: "/opt/app/conf", edit: LineEdit(pattern: "^b=.*", replacement: "b=3")),
            .makeDirectory(path: "/srv/data/deep", access: .init(mode: 0o700, owner: "ada")),
            .setAccess(path: "/opt/tree", access: .init(mode: 0o500), isRecursive: true),
            .setAccess(path: "/opt/app/conf", access: .init(owner: "root"), isRecursive: false),
            .link(path: "/opt/link", target: "app/conf"), .link(path: "/opt/link", target: "/nowhere"),
            .touch(path: "/opt/empty"), .touch(path: "/opt/app/conf"), .truncate(path: "/opt/app/large"),
            .write(path: "/opt/gone/one", contents: [1], access: .init()),
            .write(path: "/opt/gone/two", contents: [1], access: .init()),
            .write(path: "/opt/gone/dir/three", contents: [1], access: .init()),
            .delete(["/opt/gone/t*", "/opt/gone/dir", "/opt/never", "/opt/never/was/*"]),
            .password(user: "ada", hash: "$6$salt$hash"), .password(user: "root", hash: nil),
            .keys(user: "ada", keys: ["ssh-ed25519 AAAA one", "ssh-ed25519 AAAA two"]),
            .keys(user: "ada", keys: ["ssh-ed25519 AAAA two", "ssh-ed25519 AAAA three"]),
            .hostname("web.example.org"), .timezone("Europe/Vienna"),
            .firstBoot(name: "one", contents: Array("echo one\n".utf8), interpreter: nil),
            .firstBoot(name: "two", contents: Array("print(2)\n".utf8), interpreter: "/usr/bin/python3"),
        ]
        let done = try Customizer.run(steps.map { Self.step($0) }, on: guest, events: heard.hear)
        #expect(done.count == steps.count && done.allSatisfy { !$0.changes.isEmpty })
        #expect(done.map(\.number) == Array(1...steps.count))
        #expect(heard.logs.withLock { $0.count } == steps.count)

        #expect(try Self.text("/opt/app/conf", session) == "a=1\nb=3\n")
        // A new owner takes the bits away that change who runs a program, unless they are asked for again.
        let conf = try #require(try session.status("/opt/app/conf"))
        #expect(conf.uid == 0 && conf.gid == 4 && conf.permissions == 0o4750)
        #expect(try session.status("/opt/app/large")?.size == 0)
        let script = try #require(try session.status("/opt/tree/sub/run.sh"))
        #expect(script.uid == 12 && script.gid == 34 && script.permissions == 0o500)
        #expect(try session.status("/opt/tree")?.permissions == 0o500)
        let deep = try #require(try session.status("/srv/data/deep"))
        #expect(deep.uid == 1000 && deep.gid == 0 && deep.permissions == 0o700)
        #expect(try session.status("/srv/data")?.permissions == 0o755)
        #expect(try session.readLink("/opt/link") == Array("/nowhere".utf8))
        #expect(try session.status("/opt/empty")?.permissions == 0o644)
        #expect(try session.names(in: "/opt/gone") == [Array("one".utf8)])
        let shadow = try #require(try Self.text("/etc/shadow", session)).split(separator: "\n")
        #expect(shadow[0].hasPrefix("root:!*:") && shadow[1].hasPrefix("ada:$6$salt$hash:"))
        #expect(shadow.allSatisfy { $0.hasSuffix(":0:99999:7:::") })
        let keys = "ssh-ed25519 AAAA one\nssh-ed25519 AAAA two\nssh-ed25519 AAAA three\n"
        #expect(try Self.text("/home/ada/.ssh/authorized_keys", session) == keys)
        let folder = try #require(try session.status("/home/ada/.ssh"))
        #expect(folder.permissions == 0o700 && folder.uid == 1000 && folder.gid == 1001)
        #expect(try session.status("/home/ada/.ssh/authorized_keys")?.permissions == 0o600)
        #expect(try Self.text("/etc/hostname", session) == "web.example.org\n")
        #expect(try Self.text("/etc/hosts", session) == "127.0.0.1\tlocalhost\n127.0.1.1\tweb.example.org web\n")
        #expect(try session.readLink("/etc/localtime") == Array("../usr/share/zoneinfo/Europe/Vienna".utf8))
        #expect(try Self.text("/etc/timezone", session) == "Europe/Vienna\n")
        let firstBoot: GuestPath = "/usr/lib/imagebake/firstboot"
        let names = try session.names(in: firstBoot).map { String(decoding: $0, as: UTF8.self) }
        #expect(names == ["0001-one", "0002-two", "run"])
        #expect(try Self.text("/usr/lib/imagebake/firstboot/0001-one", session) == "#!/bin/sh\necho one\n")
        #expect(
            try Self.text("/usr/lib/imagebake/firstboot/0002-two", session) == "#!/usr/bin/python3\nprint(2)\n"
        )
        let wants: GuestPath = "/etc/systemd/system/multi-user.target.wants/imagebake-firstboot.service"
        #expect(try session.readLink(wants) == Array("../imagebake-firstboot.service".utf8))

        try Self.checkHostile(guest, session)
    }

    /// What a hostile guest has in the way, and what must be said of it; nothing is changed then.
    private static func checkHostile(_ guest: Guest, _ session: GuestfsSession) throws {
        try session.makeLink("/opt/evil", to: Array("/etc".utf8))
        try session.makeLink("/opt/up", to: Array("../../../../etc".utf8))
        try session.makeLink("/opt/precious", to: Array("/etc/precious".utf8))
        try session.makeLink("/lib", to: Array("/etc".utf8))
        try session.check(guestfs_mknod(session.handle, 0o060666, 8, 0, "/opt/disk"), "mknod")
        try session.makeDirectories("/opt/folder")
        try session.removeTree("/home/ada/.ssh")
        try session.makeLink("/home/ada/.ssh", to: Array("/root".utf8))
        let cases: [(Customization.Action, String)] = [
            (.write(path: "/opt/evil/precious", contents: [], access: .init()), "/opt/evil: not a directory"),
            (.write(path: "/opt/up/new/file", contents: [], access: .init()), "/opt/up: not a directory"),
            (.write(path: "/lib/precious", contents: [], access: .init()), "/lib: not a directory"),
            (.write(path: "/opt/folder", contents: [], access: .init()), "/opt/folder: is a directory"),
            (.write(path: "/opt/x", contents: [], access: .init(owner: "eve")), "the guest has no user 'eve'"),
            (.edit(path: "/opt/evil/precious", edit: .init(pattern: "x", replacement: "")), "/opt/evil: not a dir"),
            (.edit(path: "/opt/precious", edit: .init(pattern: "x", replacement: "")), "is no regular file"),
            (.edit(path: "/etc/precious", edit: .init(pattern: "nosuch", replacement: "")), "no line matches"),
            (.truncate(path: "/opt/precious"), "is no regular file"), (.truncate(path: "/opt/disk"), "is no regular"),
            (.setAccess(path: "/opt/precious", access: .init(mode: 0o777), isRecursive: false), "is a link"),
            (.setAccess(path: "/opt/evil/precious", access: .init(mode: 0), isRecursive: false), "/opt/evil: not a"),
            (.delete(["/opt/evil/precious"]), "/opt/evil: not a directory"),
            (.makeDirectory(path: "/opt/evil", access: .init()), "is no directory"),
            (.makeDirectory(path: "/opt/evil/new", access: .init()), "/opt/evil: not a directory"),
            (.link(path: "/opt/folder", target: "x"), "/opt/folder: is a directory"),
            (.keys(user: "ada", keys: ["ssh-ed25519 AAAA x"]), "/home/ada/.ssh: is no directory"),
            (.keys(user: "eve", keys: ["ssh-ed25519 AAAA x"]), "the guest has no user 'eve'"),
            (.password(user: "eve", hash: nil), "the guest has no user 'eve'"),
            (.timezone("Europe/Atlantis"), "the guest has no time zone 'Europe/Atlantis'"),
            (.install(packages: ["nginx"], files: [], network: false), "no package manager"),
            (.services(enabled: ["x"], disabled: [], masked: []), "neither systemctl nor"),
        ]
        for (action, message) in cases {
            let heard = Heard()
            let error = #expect(throws: CustomizeError.self) {
                try Customizer.run([step(action, name: "try")], on: guest, events: heard.hear)
            }
            #expect(error?.reason.contains(message) == true, "\(action): \(error?.reason ?? "")")
            #expect(error?.step == 1 && error?.name == "try" && error?.place == "web.recipe:7:5")
            #expect(heard.last.hasSuffix("failed: \(error?.reason ?? "")\n"))
        }
        #expect(try session.readSmallFile("/etc/precious") == PhonyGuest.precious)
        #expect(try session.status("/etc/precious")?.permissions == 0o644)
        #expect(try session.status("/root/authorized_keys") == nil && session.status("/etc/new") == nil)
        // A link and a node in the place of a file are replaced, and what they lead to stays.
        let replaced = ["/opt/precious", "/opt/disk"].map {
            step(.write(path: $0, contents: [0x6E], access: .init()))
        }
        _ = try Customizer.run(replaced, on: guest, events: { _ in })
        #expect(try session.status("/opt/precious")?.kind == .regular && session.status("/opt/disk")?.kind == .regular)
        #expect(try session.readSmallFile("/etc/precious") == PhonyGuest.precious)
        // `/lib` as distributions make it leads where it says.
        try session.removeFile("/lib")
        try session.makeDirectories("/usr/lib")
        try session.makeLink("/lib", to: Array("usr/lib".utf8))
        _ = try Customizer.run([step(.touch(path: "/lib/merged"))], on: guest, events: { _ in })
        #expect(try session.status("/usr/lib/merged")?.kind == .regular)
    }

    private static func programs(_ guest: Guest, _ session: GuestfsSession) throws {
        let heard = Heard()
        func run(
            _ script: String,
            interpreter: String? = nil,
            network: Bool = false,
            limit: Duration = .seconds(60)
        ) throws -> String {
            let action = Customization.Action.script(
                contents: Array(script.utf8),
                interpreter: interpreter,
                network: network
            )
            _ = try Customizer.run([Self.step(action, limit: limit)], on: guest, events: heard.hear)
            return heard.last
        }
        func refusal(_ script: String, limit: Duration = .seconds(60)) throws -> CustomizeError {
            try #require(throws: CustomizeError.self) { _ = try run(script, limit: limit) }
        }
        try session.write(Array("nameserver 192.0.2.1\n".utf8), to: "/etc/resolv.conf")
        try session.write([], to: "/etc/machine-id")
        try session.removeTree("/run")
        try session.makeDirectories("/run")
        try session.removeFile("/var/lib/systemd/random-seed")

        // Words are words, whatever is in them.
        let odd = ["$(reboot)", "a b", "", "'\"\\", "*", "ü"]
        let words = ["/bin/sh", "-c", "for word; do echo \"[$word]\"; done", "sh"] + odd
        _ = try Customizer.run([Self.step(.command(words: words, network: false))], on: guest, events: heard.hear)
        for word in odd { #expect(heard.last.contains("[\(word)]\n"), "\(word)") }

        let alone = try run(
            """
            id -u; ip addr; cat /etc/resolv.conf /etc/machine-id /usr/sbin/policy-rc.d; busybox ls -d /proc/[0-9]*
            echo made >/run/kept; echo kept >/root/kept
            (while :; do echo still >>/root/daemon; sleep 1; done) &
            echo error >&2
            """
        )
        #expect(alone.contains("\n0\n") && alone.contains("nameserver 192.0.2.1\n") && alone.contains("error\n"))
        #expect(alone.contains("exit 101"), "Debian's packages start no services")
        #expect(!alone.contains("eth0"), "without a network there is no card: \(alone)")
        #expect(!alone.contains("/proc/100\n"), "processes of the appliance are not to be seen: \(alone)")
        #expect(try Self.text("/root/kept", session) == "kept\n")
        #expect(try session.names(in: "/run") == [], "/run was in memory")
        #expect(try session.names(in: "/dev") == [] && session.names(in: "/proc") == [])
        #expect(try session.status("/usr/sbin/policy-rc.d") == nil)
        #expect(try session.status("/etc/machine-id")?.size == 0, "the one for the time being is gone")

        let connected = try run("ip addr show eth0; cat /etc/resolv.conf; echo n >>/etc/hosts", network: true)
        #expect(connected.contains("inet 169.254.2.15"), "\(connected)")
        #expect(!connected.contains("192.0.2.1"))
        #expect(try Self.text("/etc/resolv.conf", session) == "nameserver 192.0.2.1\n")
        try session.removeFile("/etc/resolv.conf")
        _ = try run("cat /etc/resolv.conf", network: true)
        #expect(try session.status("/etc/resolv.conf") == nil)
        try session.makeLink("/etc/resolv.conf", to: Array("../run/systemd/resolve/stub-resolv.conf".utf8))
        #expect(try run("cat /etc/resolv.conf", network: true).contains("nameserver 169.254.2.3"))
        #expect(try session.status("/etc/resolv.conf")?.kind == .symlink)

        let daemon = try session.status("/root/daemon")?.size
        sleep(2)
        #expect(try session.status("/root/daemon")?.size == daemon, "what it started is gone with it")

        let failed = try refusal("echo before\nfalse\necho after\n")
        #expect(failed.reason == "ended with status 1" && failed.lastLines == ["before"])
        #expect(try refusal("exit 7").reason == "ended with status 7")
        #expect(try refusal("kill -9 $$").reason == "ended by signal 9")
        let none = #expect(throws: CustomizeError.self) { try run("x", interpreter: "/usr/bin/python3") }
        #expect(none?.reason.contains("status 127") == true)
        let late = try refusal("echo waiting; sleep 1000", limit: .seconds(5))
        #expect(late.reason == "not done within 5 seconds" && late.lastLines.contains("waiting"))

        // A flood costs neither memory nor the guest's disk, and its end is there.
        let flood = try run("head -c 3000000 /dev/zero; echo the end")
        #expect(flood.utf8.count < 2 << 20 && flood.hasSuffix("the end\ndone\n"))

        // Seeds and machine-ids that programs make do not stay; those that were there do.
        try session.removeFile("/etc/machine-id")
        try session.makeDirectories("/var/lib/systemd")
        _ = try run(
            "echo 0123 >/etc/machine-id; mkdir -p /var/lib/systemd; echo seed >/var/lib/systemd/random-seed"
        )
        #expect(try session.status("/etc/machine-id")?.size == 0)
        #expect(try session.status("/var/lib/systemd/random-seed") == nil)

        try Self.checkSetfiles(guest, session)
        try Self.checkHostileRoot(guest, session)
    }

    /// Links in the place of directories that are mounted over would lead out of the root, into the appliance.
    private static func checkHostileRoot(_ guest: Guest, _ session: GuestfsSession) throws {
        let run = step(.command(words: ["/bin/id"], network: false))
        for name in ["dev", "proc", "sys"] {
            let path = GuestPath("/\(name)")
            try session.removeTree(path)
            try session.makeLink(path, to: Array("/tmp".utf8))
            let error = #expect(throws: CustomizeError.self) { try Customizer.run([run], on: guest, events: { _ in }) }
            #expect(error?.reason.contains("/\(name) of the guest is no directory") == true, "\(error?.reason ?? "")")
            try session.removeFile(path)
            try session.makeDirectories(path)
        }
        try session.removeTree("/run")
        try session.makeLink("/run", to: Array("/etc".utf8))
        _ = try Customizer.run([run], on: guest, events: { _ in })
    }

    private static func otherProcessor(_ guest: Guest, _ session: GuestfsSession) throws {
        // The first bytes of a program for aarch64 (ELF, EM_AARCH64).
        let header: [UInt8] = [
            0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0xB7, 0, 1, 0, 0, 0,
        ]
        for path: GuestPath in ["/bin/ls", "/bin/bash", "/bin/rpm"] {
            try session.removeFile(path)
            try session.write(header + [UInt8](repeating: 0, count: 40), to: path)
        }
        try session.unmountAll()
        let guest = try Guest(session, readOnly: false, seal: Seal())
        #expect(guest.os.architecture == "aarch64")
        let steps = [
            Self.step(.touch(path: "/opt/file")), Self.step(.command(words: ["/bin/id"], network: false)),
        ]
        let error = #expect(throws: CustomizeError.self) { try Customizer.run(steps, on: guest, events: { _ in }) }
        #expect(error?.step == 2 && error?.reason.contains("the guest's programs are for aarch64") == true)
        #expect(try session.status("/opt/file") != nil)

        try Self.checkLabels(guest, session)
    }

    /// A guest with setfiles, as every one with SELinux has it: what changed gets its label, and all files on request.
    private static func checkSetfiles(_ guest: Guest, _ session: GuestfsSession) throws {
        guard access("/usr/sbin/setfiles", X_OK) == 0 else {
            #expect(!ContinuousIntegration.isHere, "needs policycoreutils")
            return
        }
        for file in ["/usr/sbin/setfiles"] + (try HostPrograms.libraries(of: "/usr/sbin/setfiles")) {
            try session.makeDirectories(GuestPath(file).parent)
            try session.check(guestfs_upload(session.handle, file, file), "upload")
            try session.setPermissions(0o755, of: GuestPath(file))
        }
        try session.makeDirectories("/etc/selinux/targeted/contexts/files")
        try session.write(Array("SELINUX=enforcing\nSELINUXTYPE=targeted\n".utf8), to: "/etc/selinux/config")
        try session.write(
            Array(
                """
                /.*\tsystem_u:object_r:default_t:s0
                /etc(/.*)?\tsystem_u:object_r:etc_t:s0
                /opt(/.*)?\tsystem_u:object_r:usr_t:s0

                """.utf8
            ),
            to: "/etc/selinux/targeted/contexts/files/file_contexts"
        )
        func label(_ path: GuestPath) -> String? {
            var size = 0
            let value = path.withCString { guestfs_lgetxattr(session.handle, $0, "security.selinux", &size) }
            guard let value else { return nil }
            return String(decoding: takeBytes(value, count: size).prefix { $0 != 0 }, as: UTF8.self)
        }
        try session.write([1], to: "/opt/before")
        let changed = try Customizer.run(
            [
                step(.write(path: "/opt/deep/labelled", contents: [1], access: .init())),
                step(.write(path: "/opt/line\nbreak", contents: [1], access: .init())),
                step(.command(words: ["/bin/sh", "-c", "echo 1 >/etc/by-a-program"], network: false)),
            ],
            on: guest,
            events: { _ in }
        )
        #expect(changed.last?.name == "relabel" && changed.last?.changes == ["labelled the files that changed"])
        #expect(label("/opt/deep") == "system_u:object_r:usr_t:s0")
        #expect(label("/opt/deep/labelled") == "system_u:object_r:usr_t:s0")
        #expect(label("/opt/line\nbreak") == "system_u:object_r:usr_t:s0")
        #expect(label("/etc/by-a-program") == "system_u:object_r:etc_t:s0")
        #expect(label("/opt/before") == nil && label("/etc/precious") == nil, "nobody touched these")

        let all = try Customizer.run([step(.relabel(all: true))], on: guest, events: { _ in })
        #expect(all.map(\.changes) == [["labelled all files"]])
        #expect(label("/opt/before") == "system_u:object_r:usr_t:s0")
        #expect(label("/etc/precious") == "system_u:object_r:etc_t:s0")
        #expect(label("/bin/busybox") == "system_u:object_r:default_t:s0")
        #expect(try session.status("/.autorelabel") == nil)
        #expect(!guest.warnings.contains { $0.contains("autorelabel") })
        try session.removeFile("/etc/selinux/config")
    }

    /// Where nothing can label files, the guest is told to; where it can, just what changed is labelled.
    private static func checkLabels(_ guest: Guest, _ session: GuestfsSession) throws {
        try session.makeDirectories("/etc/selinux/targeted/contexts/files")
        try session.write(Array("SELINUX=enforcing\nSELINUXTYPE=targeted\n".utf8), to: "/etc/selinux/config")
        try session.write([], to: "/etc/selinux/targeted/contexts/files/file_contexts")
        let done = try Customizer.run([step(.touch(path: "/opt/other"))], on: guest, events: { _ in })
        #expect(done.map(\.name) == ["step", "relabel"])
        // The appliance has this machine's setfiles.
        #expect(try session.canRelabel() == (access("/usr/sbin/setfiles", X_OK) == 0))
        if try !session.canRelabel() {
            #expect(try session.status("/.autorelabel") != nil)
            #expect(guest.warnings.contains { $0.contains("/.autorelabel") })
        }
        let labels = try #require(try SELinuxLabels(guest))
        let shell = GuestShell(session, holdsServices: false)
        try labels.begin(shell)
        try session.makeDirectories("/opt/fresh/below")
        try session.write([1], to: "/opt/other")
        try session.write([1], to: "/opt/new\nline")
        let isFound = try labels.findChanged(shell)
        #expect(isFound)
        let list = try shell.appliance(script: "tr '\\000\\n' '|~' <\(GuestShell.directory)/changed")
        let paths = String(decoding: list, as: UTF8.self).split(separator: "|").sorted()
        #expect(paths == ["/opt/fresh", "/opt/fresh/below", "/opt/new~line", "/opt/other"])
        #expect(try !labels.isPolicyNew(guest))
        try session.write([1], to: labels.list)
        #expect(try labels.isPolicyNew(guest))
        try session.write(Array("SELINUX=disabled\n".utf8), to: "/etc/selinux/config")
        #expect(try SELinuxLabels(guest) == nil)
    }
}
