import Foundation
import SystemPackage
import TestSupport
import Testing

extension Integration {
    /// A hypervisor that shares no file with imagebake: a libvirtd of another user, with mounts of its own, over TCP.
    @Suite("Remote hypervisors", .needs(.guests, .initrd, .remoteHost))
    struct RemoteTests {
        @Test(
            "bakes Debian there, though the connection breaks while the disk comes back, and leaves nothing there or here",
            .needs(.debianTree, .appliance)
        )
        func bakes() async throws {
            let tree = try await DebianBake.tree()
            try await RemoteLab.with { lab, daemon in
                let proxy = try FragileProxy(to: daemon.port)
                defer { proxy.cut() }
                // The payload goes there in an ISO image, and more than its size comes back: it is unpacked.
                let payload = try #require(Disk.size(tree.appending("LiveOS/rootfs.tar")))
                proxy.cutOnce(after: Int(payload) + (100 << 20))
                let result = try await lab.run([
                    "build", "recipes/debian12.recipe", "--location", tree.string, "--connect",
                    daemon.uri(port: proxy.port), "--progress", "plain",
                ]).required()
                #expect(UUID(uuidString: result.line) != nil, "\(result)")
                for words in [
                    "makes one of its own", "uploaded the install medium",
                    "the connection was lost while the disk was carried", "downloaded the disk",
                ] {
                    #expect(result.stderr.contains(words), "\(result)")
                }
                // A pool of the bake's own, gone with its directory.
                let definition = try Disk.text(lab.lastBake.appending("domain.xml"))
                let pool = try #require(definition.firstMatch(of: #/<initrd>(\/var\/tmp\/imagebake-[0-9a-f]+)\//#)?.1)
                #expect(!Disk.exists(FilePath(String(pool))))
                #expect(!definition.contains(lab.root.string))
                #expect(daemon.guests == [])
                #expect(lab.leftovers == [])
                #expect(lab.remoteRecords == [])
                // The host's QEMU is what counts, and a plan asks the host for it.
                let plan = ["plan", "recipes/debian12.recipe", "--location", tree.string]
                let there = try await lab.run(plan + ["--connect", daemon.uri()]).required()
                #expect(there.stdout.contains(#/publish +\| cached/#), "\(there)")
                let here = try await lab.run(plan).required()
                #expect(here.stdout.contains(#/install +\| run +\| changed: qemu/#), "\(here)")
                let image = lab.root.appending("image.qcow2")
                try await lab.run(["image", "save", "debian12", "--file", image.string]).required()
                let root = try await ImageFiles(image, partition: 1, in: lab)
                #expect(try await root.text("/usr/lib/os-release").contains("bookworm"))
            }
        }

        @Test(
            "while a guest runs, its secrets are not on the host's disk; Ctrl-C removes all that is there",
            arguments: RemoteTransport.allCases
        )
        func interrupted(transport: RemoteTransport) async throws {
            try await RemoteLab.with(transport) { lab, daemon in
                try await daemon.makePool("default")
                let bake = try await startBake(in: lab, on: daemon.uri(), isUEFI: true)
                let id = lab.lastBake.lastComponent?.string ?? ""
                // Kernel and initrd are gone; the variables of UEFI are libvirt's.
                // Beside them lie the sockets of the guest's ports.
                let volumes = daemon.files(inPool: "default").filter { $0.hasPrefix("imagebake-") }
                #expect(
                    volumes == [
                        "imagebake-\(id)-disk.qcow2", "imagebake-\(id)-repo.iso", "imagebake-\(id)-uefi-variables.fd",
                    ]
                )
                for name in volumes {
                    #expect(Disk.mode(daemon.root.appending("pool/default/\(name)")) == 0o600, "\(name)")
                }
                let begin = ContinuousClock.now
                // A terminal sends Ctrl-C to ssh as well, and on a busy machine that is gone before imagebake hears of it.
                for pid in Processes.naming("-F \(daemon.root)/client/config").keys { kill(pid, SIGINT) }
                if transport == .ssh { try await Task.sleep(for: .milliseconds(200)) }
                bake.send(SIGINT, toGroup: true)
                try await bake.result().expect(130, "error: interrupted")
                #expect(ContinuousClock.now - begin < .seconds(5))
                RemoteLab.expectNothingLeft(lab, daemon)
            }
        }

        @Test("a named storage pool is used, one that is not there is refused")
        func pools() async throws {
            try await RemoteLab.with { lab, daemon in
                try await daemon.makePool("fast")
                let bake = try await startBake(in: lab, on: daemon.uri(), "--storage-pool", "fast")
                #expect(daemon.files(inPool: "fast").contains { $0.hasSuffix("-disk.qcow2") })
                bake.send(SIGINT, toGroup: true)
                try await bake.result().expect(130)
                #expect(daemon.files(inPool: "fast") == [])
                let arguments = ["build", "\(lab.root)/web.recipe", "--connect", daemon.uri()]
                let result = try await lab.run(
                    arguments + ["--location", "\(lab.root)/tree", "--storage-pool", "slow"]
                )
                result.expect(78, "has no storage pool 'slow'", "pool-list")
                // The guest could not reach a server of ours.
                let server = try await TreeServer.start(lab.root.appending("tree"), in: lab)
                let unreachable = try await lab.run(arguments + ["--location", server.url, "--allow-unverified-tree"])
                unreachable.expect(78, "is on this machine", "cannot reach it", "ISO image")
                RemoteLab.expectNothingLeft(lab, daemon)
            }
        }

        @Test("libvirtd killed: status 69 says so, nothing is left here, and a later command removes what is there")
        func killed() async throws {
            try await RemoteLab.with { lab, daemon in
                try await daemon.makePool("default")
                let bake = try await startBake(in: lab, on: daemon.uri())
                let id = lab.lastBake.lastComponent?.string ?? ""
                daemon.kill()
                let begin = ContinuousClock.now
                let result = try await bake.result()
                result.expect(
                    69,
                    "the connection to libvirt was lost while the installer ran",
                    "cannot talk to \(daemon.uri()): ",
                    "\(lab.lastBake)/console.log",
                    "cannot remove what the bake left on \(daemon.uri())"
                )
                #expect(ContinuousClock.now - begin < .seconds(25))
                #expect(lab.leftovers == [])
                // A guest does not go with libvirt's daemon.
                #expect(daemon.guests.count == 1)
                let still = try await lab.run(["bakes", "list"]).required()
                #expect(still.stderr.contains("cannot remove what the bake \(id) left on \(daemon.uri())"), "\(still)")
                try await daemon.launch()
                let swept = try await lab.run(["bakes", "list"]).required()
                #expect(swept.stderr.contains("what the bake \(id) left on \(daemon.uri()) is removed now"), "\(swept)")
                RemoteLab.expectNothingLeft(lab, daemon)
            }
        }

        @Test("libvirtd killed and started again: the bake fails, and removes what is there itself")
        func restarted() async throws {
            try await RemoteLab.with { lab, daemon in
                try await daemon.makePool("default")
                try await autostart("default", on: daemon)
                let bake = try await startBake(in: lab, on: daemon.uri())
                daemon.kill()
                try await daemon.launch()
                let result = try await bake.result()
                result.expect(69, "the connection to libvirt was lost while the installer ran")
                #expect(!result.stderr.contains("warning: cannot"), "\(result)")
                RemoteLab.expectNothingLeft(lab, daemon)
            }
        }

        @Test("a host that vanishes without a word is noticed within half a minute")
        func silent() async throws {
            try await RemoteLab.with { lab, daemon in
                try await daemon.makePool("default")
                let proxy = try FragileProxy(to: daemon.port)
                defer { proxy.cut() }
                let bake = try await startBake(in: lab, on: daemon.uri(port: proxy.port))
                proxy.fallSilent()
                let begin = ContinuousClock.now
                let result = try await bake.result()
                result.expect(
                    69,
                    "the connection to libvirt was lost while the installer ran",
                    "the host does not answer any more"
                )
                // Half a minute of silence, then a quarter of one in which it is looked for.
                #expect(ContinuousClock.now - begin < .seconds(50))
                #expect(lab.leftovers == [])
                #expect(lab.remoteRecords.count == 1)
            }
        }

        @Test("a connection that is cut while a file is carried")
        func cutWhileUploading() async throws {
            try await RemoteLab.with { lab, daemon in
                try await daemon.makePool("default")
                let proxy = try FragileProxy(to: daemon.port)
                defer { proxy.cut() }
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab, initrdMebibytes: 32)
                proxy.cut(after: 16 << 20)
                let result = try await lab.run([
                    "build", recipe.string, "--location", tree.string, "--connect", daemon.uri(port: proxy.port),
                ])
                result.expect(69, "the connection to libvirt was lost", "upload")
                #expect(lab.leftovers == [])
            }
        }

        @Test("after kill -9 the next command removes guest and volumes there")
        func bakeKilled() async throws {
            try await RemoteLab.with { lab, daemon in
                let bake = try await startBake(in: lab, on: daemon.uri())
                let id = lab.lastBake.lastComponent?.string ?? ""
                let definition = try Disk.text(lab.lastBake.appending("domain.xml"))
                let pool = try #require(definition.firstMatch(of: #/<initrd>(\/var\/tmp\/imagebake-[0-9a-f]+)\//#)?.1)
                bake.send(SIGKILL)
                #expect(try await bake.result().status == 128 + SIGKILL)
                #expect(daemon.guests.count == 1)
                #expect(Disk.exists(FilePath(String(pool))))
                let swept = try await lab.run(["bakes", "list"]).required()
                #expect(swept.stderr.contains("what the bake \(id) left on \(daemon.uri()) is removed now"), "\(swept)")
                #expect(!Disk.exists(FilePath(String(pool))))
                RemoteLab.expectNothingLeft(lab, daemon)
            }
        }

        @Test("doctor looks at the host")
        func doctor() async throws {
            try await RemoteLab.with { lab, daemon in
                try await daemon.makePool("default")
                let result = try await lab.run(["doctor", "--connect", daemon.uri()])
                #expect(
                    result.stdout.contains("the storage pool 'default' in \(daemon.root)/pool/default"),
                    "\(result)"
                )
                #expect(result.stdout.contains(daemon.uri()), "\(result)")
                #expect(daemon.guests == [])
            }
        }

        // MARK: -

        /// An installer that is under way for as long as it is let.
        private func startBake(
            in lab: Lab,
            on uri: String,
            isUEFI: Bool = false,
            _ options: String...
        ) async throws -> RunningCommand {
            let recipe = try SmallRecipe.write(to: lab)
            let tree = try await TinyTree.make(
                "tree",
                in: lab,
                script: "echo install under way\nwhile :; do /bin/busybox sleep 60; done"
            )
            if isUEFI {
                // Debian's installer knows a BIOS only; this one, which knows nothing, may say that it is Rocky Linux.
                try Disk.write(
                    "version: 1\nname: web\nos: rocky9\nmachine: {memory: 512 MiB, firmware: uefi}\n",
                    to: recipe
                )
                let treeinfo = tree.appending(".treeinfo")
                try Disk.write(
                    try Disk.text(treeinfo).replacing("Debian\nversion = 12", with: "Rocky Linux\nversion = 9.4"),
                    to: treeinfo
                )
            }
            let bake = try await lab.start(
                ["build", recipe.string, "--location", tree.string, "--connect", uri] + options
            )
            try await lab.wait(for: "the installer") { lab.console.contains("install under way") || !bake.isRunning }
            if !bake.isRunning { try await bake.result().required() }
            return bake
        }

        private func autostart(_ pool: String, on daemon: RemoteLibvirtd) async throws {
            try await command("virsh", ["-q", "-c", daemon.uri(), "pool-autostart", pool])
        }
    }
}
