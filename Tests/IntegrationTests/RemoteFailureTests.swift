import Foundation
import SystemPackage
import TestSupport
import Testing

extension Integration {
    /// Bakes on a hypervisor that shares no file with imagebake, which fail: evidence, what is kept, and what goes later.
    @Suite("Remote hypervisors, when something fails", .needs(.guests, .initrd, .remoteHost))
    struct RemoteFailureTests {
        private static let secret = "tok-8eZ2-staple"

        @Test(
            "the evidence of an install on another host is whole, the half-installed disk's logs too",
            .needs(.appliance)
        )
        func evidence() async throws {
            try await RemoteLab.with { lab, daemon in
                try await daemon.makePool("default")
                let recipe = try recipe(in: lab)
                let result = try await lab.run(
                    [
                        "build", recipe.string, "--location", try await failingTree(in: lab).string, "--connect",
                        daemon.uri(),
                    ],
                    environment: ["LAB_TOKEN": Self.secret]
                )
                result.expect(80, "install failed: nothing works", "  evidence  \(lab.lastBake)/failure-")
                RemoteLab.expectNothingLeft(lab, daemon)
                let evidence = try await lab.evidence()
                for name in [
                    "failure.txt", "versions.txt", "journal.jsonl", "console.log", "domain.xml", "rendered/ks.cfg",
                    "rendered/cloud.cfg", "rendered/cmdline",
                ] {
                    #expect(Disk.size(evidence.appending(name)) ?? 0 > 0, "\(name)")
                }
                let picture = try Disk.data(evidence.appending("screenshot.png"))
                #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]))
                let log = try Disk.text(evidence.appending("disk/sda/var/log/anaconda/syslog"))
                #expect(log.contains("half installed"))
                #expect(!log.contains(Self.secret))
                // The versions are those of the other side, as virsh tells them.
                let versions = try Disk.text(evidence.appending("versions.txt"))
                let virsh = try await lab.tool("virsh", "-c", daemon.uri(), "version", "--daemon")
                let daemonVersion = try #require(virsh.firstMatch(of: #/Running against daemon: ([0-9.]+)/#)?.1)
                let qemu = try #require(virsh.firstMatch(of: #/Running hypervisor: QEMU ([0-9.]+)/#)?.1)
                let name = try await lab.tool("virsh", "-c", daemon.uri(), "hostname")
                for words in [
                    "\(name) with libvirt \(daemonVersion)", "\(qemu) on another machine, x86_64", daemon.uri(),
                ] {
                    #expect(versions.contains(words), "\(versions)")
                }
                let absent = try Disk.text(evidence.appending("absent.txt"))
                #expect(absent.hasPrefix("qemu.log: libvirt hands over no file"), "\(absent)")
                #expect(absent.split(separator: "\n").count == 1, "\(absent)")
                for file in Disk.files(below: evidence) {
                    #expect(try Disk.data(evidence.appending(file)).range(of: Data(Self.secret.utf8)) == nil, "\(file)")
                }
            }
        }

        @Test("a guest is kept on its host until it is removed, and can be reached meanwhile")
        func kept() async throws {
            try await RemoteLab.with { lab, daemon in
                try await daemon.makePool("default")
                try await command("virsh", ["-q", "-c", daemon.uri(), "pool-autostart", "default"])
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script: """
                        echo 'imagebake-installer: error: nothing works'
                        while read -r line; do echo "you said $line"; done
                        """
                )
                let result = try await lab.run(
                    [
                        "build", try recipe(in: lab).string, "--location", tree.string, "--connect", daemon.uri(),
                        "--on-error", "keep",
                    ],
                    environment: ["LAB_TOKEN": Self.secret]
                )
                let id = lab.lastID
                let name = "imagebake-\(id)"
                result.expect(
                    80,
                    "install failed: nothing works",
                    "  kept      \(name) and its volumes on \(daemon.uri()); 'imagebake console \(id) --write'",
                    "'virsh -c \"\(daemon.uri())\" console \(name)'",
                    "'imagebake bakes remove \(id)'"
                )
                let port = try #require(
                    result.stderr.firstMatch(of: #/VNC: 'ssh -N -L (\d+):127.0.0.1:(\d+) 127.0.0.1'/#)?.2,
                    "\(result)"
                )
                let display = try await lab.tool("virsh", "-c", daemon.uri(), "vncdisplay", name)
                #expect(display == "127.0.0.1:\((Int(port) ?? 0) - 5900)")
                #expect(result.stderr.split(separator: "\n").suffix(4).count == 4)
                let absent = try Disk.text(try await lab.evidence().appending("absent.txt"))
                #expect(absent.contains("disk: the guest \(name) still runs"), "\(absent)")

                // No other command takes it.
                let list = try await lab.run(["bakes", "list"]).required()
                #expect(list.stderr == "")
                #expect(daemon.guests.count == 1)
                #expect(daemon.files(inPool: "default").contains("\(name)-disk.qcow2"))

                try await lab.talk(to: id, until: "you said hello")

                // A host that cannot be reached: said, and nothing is forgotten.
                daemon.kill()
                try await lab.run(["bakes", "remove", id]).expect(
                    69,
                    "what was kept of \(id) on \(daemon.uri()) cannot be removed",
                    "  cause     ",
                    "  next      run this again"
                )
                try await lab.run(["console", id]).expect(69, "libvirt cannot be reached at \(daemon.uri())")
                #expect(lab.remoteRecords.count == 1)
                #expect(daemon.guests.count == 1)
                try await daemon.launch()
                let removed = try await lab.run(["bakes", "remove", id]).required()
                #expect(removed.stderr.contains("removed the guest"))
                RemoteLab.expectNothingLeft(lab, daemon)
                try await lab.run(["bakes", "remove", id]).expect(66)
            }
        }

        /// When the connection breaks.
        enum Moment: String, CaseIterable, Sendable {
            case upload, install, download
        }

        @Test(
            "a connection that is cut, and a later command that removes what was left; the next run goes on",
            arguments: Moment.allCases
        )
        func cut(moment: Moment) async throws {
            try await RemoteLab.with { lab, daemon in
                try await daemon.makePool("default")
                let proxy = try FragileProxy(to: daemon.port)
                defer { proxy.cut() }
                let script =
                    switch moment {
                    case .upload: "echo 'imagebake-installer: error: nothing works'\n/bin/busybox poweroff -f"
                    case .install: "echo install under way\nwhile :; do /bin/busybox sleep 60; done"
                    case .download:
                        """
                        /bin/busybox dd if=/dev/urandom of=/dev/vda bs=1M count=\(Self.written) conv=fsync 2>/dev/null
                        /bin/busybox grep -o 'imagebake-outcome: done [0-9a-f]*' /ks.cfg | /bin/busybox head -n 1
                        /bin/busybox poweroff -f
                        """
                    }
                let tree = try await TinyTree.make("tree", in: lab, script: script, hasDevices: moment == .download)
                let files = try ["vmlinuz", "initrd.img"].map { name in
                    try #require(Disk.size(tree.appending("images/pxeboot").appending(name)))
                }
                // The medium holds both once more.
                let carried = Int(files.reduce(0, +)) * 2
                if moment == .upload { proxy.refuse(after: carried / 4) }
                if moment == .download { proxy.refuse(after: carried + (Self.written << 19)) }
                let uri = daemon.uri(port: proxy.port)
                let arguments = [
                    "build", try SmallRecipe.write(to: lab).string, "--location", tree.string, "--connect", uri,
                ]
                let bake = try await lab.start(arguments)
                if moment == .install {
                    try await lab.wait(for: "the installer") { lab.console.contains("install under way") }
                    proxy.refuse()
                }
                let result = try await bake.result()
                let id = lab.lastID
                result.expect(
                    69,
                    moment == .download ? "libvirt cannot be reached at \(uri)" : "the connection to libvirt was lost",
                    "cannot remove what the bake left on \(uri)",
                    "each later command tries again",
                    "  evidence  "
                )
                #expect(lab.leftovers == [])
                #expect(lab.remoteRecords == ["\(id).json"])
                #expect(daemon.files(inPool: "default").contains { $0.hasPrefix("imagebake-\(id)-") })
                let evidence = try await lab.evidence()
                #expect(Disk.exists(evidence.appending("rendered/ks.cfg")))
                let absent = try Disk.text(evidence.appending("absent.txt"))
                #expect(absent.contains("disk: the connection to libvirt is gone"), "\(absent)")
                if moment != .upload {
                    #expect(Disk.exists(evidence.appending("console.log")))
                    #expect(Disk.exists(evidence.appending("domain.xml")))
                }

                proxy.heal()
                let swept = try await lab.run(["bakes", "list"]).required()
                #expect(swept.stderr.contains("what the bake \(id) left on \(uri) is removed now"), "\(swept)")
                RemoteLab.expectNothingLeft(lab, daemon)
                guard moment == .upload else { return }
                try await lab.run(arguments).expect(80, "install failed: nothing works")
                RemoteLab.expectNothingLeft(lab, daemon)
            }
        }

        private static let written = 96

        @Test("a QEMU that dies there while the kernel starts is started once more, with the initrd carried anew")
        func crash() async throws {
            try await RemoteLab.with { lab, daemon in
                try await daemon.makePool("default")
                let script = "echo 'imagebake-installer: error: nothing works'\nwhile :; do /bin/busybox sleep 60; done"
                let tree = try await TinyTree.make("tree", in: lab, script: script)
                let bake = try await lab.start([
                    "build", try SmallRecipe.write(to: lab).string, "--location", tree.string, "--connect",
                    daemon.uri(),
                ])
                _ = try await lab.killStartingGuest { daemon.guests }
                let result = try await bake.result()
                result.expect(
                    80,
                    "QEMU came to an end while the guest's kernel started; the guest is started once more",
                    "install failed: nothing works"
                )
                #expect(result.stderr.matches(of: #/uploaded the initrd/#).count == 2, "\(result)")
                RemoteLab.expectNothingLeft(lab, daemon)
            }
        }

        @Test("a plan for a host that cannot be reached says what it cannot know; a build says so before it begins")
        func unreachable() async throws {
            try await withLab { lab in
                let uri = "qemu+tcp://127.0.0.1:\(try FreePort.find())/session"
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let rest = [try SmallRecipe.write(to: lab).string, "--location", tree.string, "--connect", uri]
                let plan = try await lab.run(["plan"] + rest).required()
                #expect(plan.stderr.contains("warning: libvirt cannot be reached at \(uri): "), "\(plan)")
                #expect(
                    plan.stdout.contains(#/install +\| run +\| whether it is cached cannot be known: qemu\+tcp/#),
                    "\(plan)"
                )
                let build = try await lab.run(["build"] + rest)
                build.expect(69, "libvirt cannot be reached at \(uri)", "  cause     ", "'virsh -c \(uri) version'")
                // Not even its tree was looked for.
                let journal = try Disk.text(lab.lastBake.appending("journal.jsonl"))
                #expect(!journal.contains("\"stage\":\"tree\""), "\(journal)")
                #expect(lab.leftovers == [])
            }
        }

        // MARK: -

        private func recipe(in lab: Lab) throws -> FilePath {
            let recipe = try SmallRecipe.write(
                to: lab,
                replacing: "machine: {memory: 512 MiB,",
                with: "machine: {graphics: vnc, memory: 512 MiB,"
            )
            // A secret is what a script asks for.
            let text = try Disk.text(recipe).replacing(
                "  location: built-in\n",
                with: "  location: built-in\n  post:\n    - script: |\n        echo ${{ secrets.token }}\n"
            )
            try Disk.write(text + "secrets:\n  token: {env: LAB_TOKEN}\n", to: recipe)
            return recipe
        }

        /// An installer that writes a file system with a log, which holds a secret, and gives up.
        private func failingTree(in lab: Lab) async throws -> FilePath {
            let content = lab.root.appending("content")
            try Disk.write(
                "half installed\nthe token is \(Self.secret)\n",
                to: content.appending("var/log/anaconda/syslog")
            )
            let image = lab.root.appending("fs.img")
            _ = try await lab.tool(
                "env",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "mke2fs",
                "-q",
                "-t",
                "ext2",
                "-d",
                content.string,
                image.string,
                "4M"
            )
            return try await TinyTree.make(
                "tree",
                in: lab,
                script: """
                    /bin/busybox dd if=/fs.img of=/dev/vda bs=1M conv=fsync 2>/dev/null
                    /bin/busybox dd if=/dev/urandom of=/dev/vda bs=1M seek=64 count=2 conv=fsync 2>/dev/null
                    echo 'imagebake-installer: error: nothing works'
                    while :; do /bin/busybox sleep 60; done
                    """,
                files: ["fs.img": image],
                hasDevices: true
            )
        }
    }
}
