import Foundation
import SystemPackage
import TestSupport
import Testing

extension Integration {
    /// What a machine can lack: space, permission, libvirt, QEMU, a kernel for libguestfs.
    @Suite("A machine that lacks something")
    struct WrongMachineTests {
        @Test("a disk that fills up while the tree is fetched", .needs(.guests, .namespaces, .python))
        func fullDiskWhileFetching() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab, initrdMebibytes: 100)
                let server = try await TreeServer.start(tree, in: lab)
                try Disk.make(lab.home)
                let result = try await lab.run(
                    ["build", recipe.string, "--location", server.url],
                    confinement: .smallDisk(lab.home, mebibytes: 64)
                )
                result.expect(74, "No space left on device", "IMAGEBAKE_HOME")
                try expectNoHalfMadeFile(lab)
            }
        }

        @Test("a disk with too little room for any install", .needs(.guests, .root))
        func tooLittleRoom() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                try Disk.make(lab.home)
                let result = try await lab.run(
                    ["build", recipe.string, "--location", tree.string],
                    confinement: .smallDisk(lab.home, mebibytes: 64)
                )
                result.expect(74, "no space left: ", "\(lab.home)", "IMAGEBAKE_HOME")
                try expectNoHalfMadeFile(lab)
            }
        }

        @Test("a disk that fills up under the guest", .needs(.guests, .root, .debianTree, .appliance))
        func fullDiskUnderTheGuest() async throws {
            let tree = try await DebianBake.tree()
            try await withLab { lab in
                try Disk.make(lab.home)
                let bake = try await lab.start(
                    ["build", "recipes/debian12.recipe", "--location", tree.string],
                    confinement: .smallDisk(lab.home, mebibytes: 1024)
                )
                // The same files as the bake sees them, in its own mounts.
                let bakes = FilePath("/proc/\(bake.pid)/root\(lab.home)/bakes")
                try await lab.wait(for: "the installer to write the disk") {
                    let console = Disk.names(bakes).last.map { bakes.appending($0).appending("console.log") }
                    return console.flatMap { try? Disk.text($0) }?.contains("unpacking rootfs.tar") == true
                        || !bake.isRunning
                }
                let script = """
                    used=$(df --output=used -k '\(lab.home)' | tail -n 1)
                    mount -o remount,size=$((used + 8192))k '\(lab.home)'
                    """
                _ = try await lab.tool("nsenter", "--target", "\(bake.pid)", "--mount", "sh", "-c", script)
                let result = try await bake.result()
                result.expect(74, "QEMU could not write the guest's disk", "free", "IMAGEBAKE_HOME")
                try expectNoHalfMadeFile(lab)
                // What filled the disk was the guest's, which goes first: the evidence has room.
                #expect(!result.stderr.contains("not packed"), "\(result)")
                #expect(try Disk.text(lab.confinedFiles).contains(#/bakes/.*/failure-.*\.tar\.zst/#))
                #expect(Processes.guests(naming: lab.home.string) == [])
            }
        }

        @Test("a state directory that a newer imagebake wrote: status 78 from every command, nothing is touched")
        func newerState() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let state = lab.home.appending("state")
                try Disk.write(#"{"layout": 99, "imagebake": "9.9.9"}"#, to: state.appending("layout.json"))
                // What a sweep of this version would take for left over.
                try Disk.write("", to: lab.home.appending("cache/work/20990101-000000-web/disk.qcow2"))
                let before = try await lab.tool("sh", "-c", "cd '\(lab.home)' && find . -printf '%p %s %T@\\n' | sort")
                let commands = [
                    ["build", recipe.string], ["bakes", "list"], ["cache", "prune", "--all"], ["image", "list"],
                ]
                for command in commands {
                    try await lab.run(command).expect(78, "imagebake 9.9.9 (layout 99)", "newer", "update imagebake")
                }
                let after = try await lab.tool("sh", "-c", "cd '\(lab.home)' && find . -printf '%p %s %T@\\n' | sort")
                #expect(after == before)
            }
        }

        @Test("a registry that cannot be written", .needs(.guests, .namespaces))
        func readOnlyRegistry() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let registry = lab.home.appending("registry")
                try Disk.make(registry)
                let result = try await lab.run(
                    ["build", recipe.string, "--location", tree.string],
                    confinement: .readOnly(registry)
                )
                // Said before the install, not after it.
                result.expect(77, "the local registry at \(registry) cannot be written", "read-only file system")
                #expect(Disk.names(registry) == [])
                #expect(lab.leftovers == [])
                let list = try await lab.run(["image", "list"], confinement: .readOnly(registry))
                #expect([0, 77].contains(list.status), "\(list)")
            }
        }

        @Test("a registry that belongs to somebody else", .needs(.root))
        func foreignRegistry() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let somebody = try await lab.somebody()
                let registry = lab.home.appending("registry")
                try Disk.make(registry)
                chmod(registry.string, 0o755)
                chown(lab.home.string, Somebody.id, Somebody.id)
                let result = try await somebody.run(["build", recipe.string, "--location", tree.string])
                result.expect(77, "the local registry at \(registry) cannot be written", "permission denied")
                #expect(Disk.names(registry) == [])
                #expect(lab.leftovers == [])
                // What may not be written may be read.
                try await somebody.run(["image", "list"]).required()
            }
        }

        @Test("libvirt that cannot be reached", .needs(.guests))
        func libvirtUnreachable() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let uri = "qemu+unix:///session?socket=/nonexistent"
                let result = try await lab.run(["build", recipe.string, "--location", tree.string, "--connect", uri])
                result.expect(
                    69,
                    "libvirt cannot be reached at \(uri)",
                    "/nonexistent",
                    "--connect",
                    "imagebake doctor"
                )
                #expect(lab.leftovers == [])
                let doctor = try await lab.run(["doctor", "--connect", uri])
                doctor.expect(69)
                #expect(doctor.stdout.contains("missing"))
                #expect(doctor.stdout.contains("libvirt cannot be reached"))
            }
        }

        @Test(
            "a hypervisor that is none is told before a tree is built or fetched",
            .needs(.guests, .debianTree, .python)
        )
        func hypervisorBeforeTree() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let begin = ContinuousClock.now
                let built = try await lab.run(["build", recipe.string, "--connect", "foo:///x"])
                built.expect(69, "libvirt cannot be reached at foo:///x", "--connect", "imagebake doctor")
                #expect(ContinuousClock.now - begin < .seconds(30))
                #expect(Disk.names(lab.home.appending("cache").appending("trees")) == [])
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let server = try await TreeServer.start(tree, in: lab)
                let fetch = ["build", recipe.string, "--location", server.url, "--connect", "foo:///x"]
                try await lab.run(fetch).expect(69, "libvirt cannot be reached at foo:///x")
                #expect(server.requests == "")
                // Where no guest is wanted, nobody is asked for one.
                try await lab.run(fetch + ["--until", "tree"]).required()
                // What is here already is looked at first: it may be all that is needed.
                try await lab.run(fetch).expect(69, "libvirt cannot be reached at foo:///x")
                #expect(lab.leftovers == [])
            }
        }

        @Test("a hypervisor on another machine that does not answer", .needs(.guests))
        func remoteHypervisor() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let uri = "qemu+tcp://127.0.0.1:\(try FreePort.find())/system"
                let result = try await lab.run(["build", recipe.string, "--location", tree.string, "--connect", uri])
                result.expect(69, "libvirt cannot be reached at \(uri)", "Connection refused", "virsh -c \(uri)")
                #expect(lab.leftovers == [])
                let doctor = try await lab.run(["doctor", "--connect", uri])
                doctor.expect(69)
                #expect(doctor.stdout.contains("docs/remote.md"))
            }
        }

        @Test("qemu-img that is missing", .needs(.guests))
        func qemuImgMissing() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let path = lab.root.appending("bin")
                try Disk.make(path)
                let result = try await lab.run(
                    ["build", recipe.string, "--location", tree.string],
                    environment: ["PATH": path.string]
                )
                result.expect(69, "qemu-img", "qemu-utils")
                #expect(lab.leftovers == [])
                let doctor = try await lab.run(["doctor"], environment: ["PATH": path.string])
                doctor.expect(69)
                #expect(doctor.stdout.contains("apt-get install qemu-utils"))
            }
        }

        @Test("QEMU that is missing", .needs(.guests))
        func qemuMissing() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let path = lab.root.appending("bin")
                try Disk.make(path)
                _ = try await lab.tool("sh", "-c", "ln -s \"$(command -v qemu-img)\" '\(path)/qemu-img'")
                let result = try await lab.run(
                    ["build", recipe.string, "--location", tree.string],
                    environment: ["PATH": path.string]
                )
                result.expect(69, "No emulator found", "apt-get install qemu-system-x86", "imagebake doctor")
                #expect(lab.leftovers == [])
                let doctor = try await lab.run(["doctor"], environment: ["PATH": path.string])
                doctor.expect(69)
                #expect(doctor.stdout.contains("apt-get install qemu-system-x86"))
            }
        }

        @Test("a kernel that libguestfs cannot read", .needs(.guests, .root, .debianTree, .appliance))
        func applianceKernelUnreadable() async throws {
            _ = try await DebianBake.succeeded()
            try await withLab(home: DebianBake.home) { lab in
                // Another cloud.cfg: the installed disk is in the cache, so the bake begins with sysprep.
                let text = try Disk.text(Checkout.recipe("debian12"))
                let recipe = try lab.file(
                    "debian12.recipe",
                    text + "\ncloud_init: {default_user: {name: debian, gecos: No kernel}}\n"
                )
                let before = lab.blobs
                let result = try await lab.run(["build", recipe.string], confinement: .empty("/boot"))
                result.expect(69, "libguestfs cannot start", "kernel", "linux-image-cloud-amd64")
                #expect(lab.blobs == before)
                #expect(lab.leftovers == [])
            }
        }

        /// Looks at what was left in a home that went with the command.
        private func expectNoHalfMadeFile(_ lab: Lab) throws {
            let files = try Disk.text(lab.confinedFiles).split(separator: "\n").map {
                $0.dropFirst(lab.home.string.count)
            }
            #expect(!files.isEmpty, "the home was not looked at")
            let halfMade = files.filter {
                $0.hasPrefix("/cache/work/") || $0.hasPrefix("/cache/stages/") || $0.hasPrefix("/registry/ingest/")
                    || $0.hasPrefix("/state/libvirt/")
                    || ($0.hasPrefix("/cache/trees/") && !$0.hasPrefix("/cache/trees/.digests"))
            }
            #expect(halfMade == [])
        }
    }
}
