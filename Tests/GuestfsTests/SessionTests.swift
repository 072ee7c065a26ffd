import CGuestfs
import Glibc
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Guestfs

/// What goes wrong before and while the appliance runs.
@Suite struct SessionTests {
    @Test("cancelling a launch ends the appliance and leaves nothing behind")
    func cancel() async throws {
        try await Lab.withDirectory { directory in
            let disk = directory.appending("disk.raw")
            try Lab.makeDisk(disk)
            let temporary = directory.appending("tmp")
            mkdir(temporary.string, 0o700)
            var options = Lab.options
            options.temporaryDirectory = temporary
            // QEMU itself, by the overlay of its disk; not qemu-img, which makes that.
            @Sendable func running() -> Set<pid_t> {
                Set(ApplianceLease.children(mentioning: "\0-name\0imagebake-guestfs-"))
                    .intersection(ApplianceLease.children(mentioning: temporary.string))
            }
            let ended = Mutex(false)
            let task = Task { [options] in
                defer { ended.withLock { $0 = true } }
                try await withGuestfs([GuestDisk(disk, format: .raw)], options: options) { _ in
                    _ = Issue.record("the appliance came up although the task was cancelled")
                }
            }
            // Until QEMU runs: that is the hard moment, the thread being blocked in guestfs_launch.
            while !ended.withLock(\.self), running().isEmpty {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(!running().isEmpty)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(running().isEmpty)
            #expect(Lab.names(in: temporary) == [])
        }
    }

    @Test(
        "a disk of the host that fills up ends the session, which would wait for ever, and is what the error says",
        .enabled(if: SmallFileSystem.isPossible, "only root can mount a small file system"),
        .timeLimit(.minutes(5))
    )
    func fullHostDisk() async throws {
        try await SmallFileSystem.with("size=12m,mode=0755", in: Scratch()) { mount in
            let disk = mount.appending("disk, of 64 MiB.raw")
            try Lab.makeDisk(disk)
            var options = Lab.options
            options.temporaryDirectory = mount
            let written = GuestDisk(disk, format: .raw, readOnly: false, throwAway: true)
            let error = await #expect(throws: GuestfsError.self) {
                try await withGuestfs([written], options: options) { session in
                    try session.check(guestfs_part_disk(session.handle, "/dev/sda", "mbr"), "part_disk")
                    try session.check(guestfs_mkfs(session.handle, "ext4", "/dev/sda1"), "mkfs")
                    try session.mount("/dev/sda1", on: "/", readOnly: false)
                    try session.check(guestfs_fill(session.handle, 1, 40 << 20, "/filled"), "fill")
                }
            }
            #expect(error?.code == .hostDisk)
            #expect(error?.message.contains("\(disk): ") == true && error?.message.contains("No space left") == true)
            #expect(ApplianceLease.children(mentioning: mount.string) == [])
            #expect(Lab.names(in: mount) == ["disk, of 64 MiB.raw"])
        }
    }

    @Test("of what a monitor says, a write error that stopped the guest counts, and nothing else")
    func monitor() {
        // QEMU 7.2's own words.
        let event = """
            {"timestamp": {"seconds": 1764082000, "microseconds": 1}, "event": "BLOCK_IO_ERROR", "data": {"device": "hd0", \
            "nospace": true, "node-name": "#block132", "reason": "No space left on device", "operation": "write", \
            "action": "ACTION"}}
            """
        func reason(_ text: String) -> String? { ApplianceMonitor.reason(in: Array(text.utf8)) }
        #expect(reason(event.replacing("ACTION", with: "stop")) == "write: No space left on device")
        #expect(reason(event.replacing("ACTION", with: "report")) == nil)
        #expect(
            reason(#"{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}, "capabilities": []}}"#) == nil
        )
        #expect(reason(#"{"timestamp": {"seconds": 1, "microseconds": 1}, "event": "STOP"}"#) == nil)
        #expect(reason("") == nil)
    }

    @Test("a cancelled task starts nothing")
    func cancelledBefore() async throws {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await withGuestfs([], options: Lab.options) { _ in _ = Issue.record("must not run") }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("a missing QEMU is said so, with what to install")
    func noQEMU() async throws {
        var options = Lab.options
        options.qemu = "/no/such/qemu"
        let error = await launchError([], options)
        #expect(error?.code == .qemuMissing)
        #expect(error?.message.contains("/no/such/qemu") == true && error?.hint?.contains("qemu-system") == true)
    }

    @Test("a disk that is not there is named")
    func noDisk() async throws {
        let error = await launchError([GuestDisk("/no/such/disk", format: .raw)], Lab.options)
        #expect(error?.code == .diskUnreadable && error?.message == "/no/such/disk: No such file or directory")
    }

    @Test("what a guest wrote is never taken for an image, on a disk that is only read and on one that is written")
    func contentIsBytes() async throws {
        try await Lab.withDirectory { directory in
            // An image with another one below it, which begins a disk of 16 MiB; the same as it lies on a qcow2; a disk that is encrypted.
            let script = """
                set -eu; cd '\(directory)'; truncate -s 8M host.raw; printf password >key
                qemu-img create -q -f qcow2 -F raw -b "$PWD/host.raw" inner.raw
                truncate -s 16M inner.raw
                qemu-img convert -f raw -O qcow2 inner.raw outer.qcow2
                truncate -s 8M locked.raw
                cryptsetup luksFormat --batch-mode --type luks1 --pbkdf-force-iterations 1000 --key-file key locked.raw
                """
            try await Lab.tool("sh", "-c", script)
            let inner = directory.appending("inner.raw")
            let outer = directory.appending("outer.qcow2")
            let magic: [UInt8] = [0x51, 0x46, 0x49, 0xFB]
            let readOnly = [
                GuestDisk(inner, format: .raw), GuestDisk(outer, format: .qcow2),
                GuestDisk(directory.appending("locked.raw"), format: .raw),
            ]
            try await withGuestfs(readOnly, options: Lab.options) { session in
                for (device, first) in [("/dev/sda", magic), ("/dev/sdb", magic), ("/dev/sdc", Array("LUKS".utf8))] {
                    let size = try session.check(guestfs_blockdev_getsize64(session.handle, device), "getsize64")
                    #expect(size >= 8 << 20 && (first != magic || size == 16 << 20), "\(device) has \(size) bytes")
                    #expect(try session.read(device, at: 0, count: 4) == first, "\(device)")
                }
            }
            let written = [
                GuestDisk(inner, format: .raw, readOnly: false), GuestDisk(outer, format: .qcow2, readOnly: false),
            ]
            try await withGuestfs(written, options: Lab.options) { session in
                for device in ["/dev/sda", "/dev/sdb"] {
                    let first = try session.read(device, at: 0, count: 4)
                    #expect(first == magic, "\(device)")
                }
            }
        }
    }

    /// The error of a session that must not come up.
    private func launchError(_ disks: [GuestDisk], _ options: GuestfsOptions) async -> GuestfsError? {
        do {
            try await withGuestfs(disks, options: options) { _ in _ = Issue.record("the appliance came up") }
            return nil
        } catch {
            return error as? GuestfsError
        }
    }

    @Test("a cache that cannot be written to is named", arguments: ["/proc/imagebake", "/dev/null/imagebake"])
    func unwritableCache(path: String) async throws {
        let options = GuestfsOptions(forceTCG: true, cacheDirectory: FilePath(path))
        let error = await launchError([], options)
        #expect(error?.code == .launch && error?.message.contains(path) == true)
    }

    @Test("an operation that does not exist is refused before anything starts", arguments: [true, false])
    func unknownOperation(isEnabled: Bool) async throws {
        let names: Set<String> = ["machine-ids"]
        let request = SysprepRequest(
            disk: "/no/such/disk",
            format: .raw,
            enabled: isEnabled ? names : [],
            disabled: isEnabled ? [] : names
        )
        let error = await #expect(throws: GuestfsError.self) { try await Sysprep.run(request, options: Lab.options) }
        #expect(error?.code == .unknownOperation && error?.message.contains("'machine-ids'") == true)
    }

    // MARK: the appliance

    @Test("two sessions on a fresh cache build one appliance, and it is taken again")
    func sharedCache() async throws {
        try await Lab.withDirectory { directory in
            let cache = directory.appending("cache/guestfs")
            async let first = Appliance.prepare(cache: cache)
            async let second = Appliance.prepare(cache: cache)
            let appliances = try await [first, second].compactMap(\.self)
            let built = try #require(appliances.first?.directory)
            #expect(appliances.map(\.directory) == [built, built])
            #expect(Lab.names(in: built) == ["README.fixed", "initrd", "kernel", "root"])
            let names = ["lock", built.lastComponent?.string ?? ""].sorted()
            #expect(Lab.names(in: cache) == names)

            // What a killed build left goes with the next one; a newer world is a reason for one.
            appliances.forEach { $0.lock.release() }
            mkdir(cache.appending("build-killed").string, 0o700)
            try Lab.touch(cache.appending("build-killed/root"))
            #expect(try await Appliance.prepare(cache: cache)?.directory == built)
            #expect(Lab.names(in: cache).contains("build-killed"), "nothing was built, so nobody looked")
            unlink(built.appending("README.fixed").string)
            let task = Task { try await Appliance.prepare(cache: cache) }
            while Lab.names(in: cache).filter({ $0.hasPrefix("build-") }) == ["build-killed"] {
                try await Task.sleep(for: .milliseconds(5))
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(Lab.names(in: cache) == names)
        }
    }

    @Test("a machine without a kernel is told what to install")
    func noKernel() async throws {
        try await Lab.withDirectory { directory in
            let error = #expect(throws: GuestfsError.self) {
                try ApplianceKernel.find(boot: directory.appending("boot"), modules: directory.appending("modules"))
            }
            #expect(error?.code == .kernelMissing && error?.hint?.contains("linux-image-cloud-amd64") == true)
        }
    }

    @Test("a kernel that this user may not read is told apart from none")
    func unreadableKernel() async throws {
        // Root may read anything, so what nobody can read stands for it: supermin's own words do.
        let error = Appliance.failure("cp: cannot open '/boot/vmlinuz-6.1.0-9-amd64' for reading: Permission denied\n")
        #expect(error.code == .kernelUnreadable && error.hint?.contains("chmod 0644") == true)
        #expect(
            Appliance.failure("supermin: failed to find a suitable kernel (host_cpu=x86_64).").code == .kernelMissing
        )
        let other = Appliance.failure("supermin: ext2: no space left on device\n")
        #expect(other.code == .superminFailed && other.message.contains("no space left on device"))
    }

    @Test(
        "the newest cloud kernel is preferred, and one without modules never taken",
        arguments: [
            (["6.1.0-56-amd64", "6.1.0-9-cloud-amd64", "6.1.0-56-cloud-amd64"], "6.1.0-56-cloud-amd64"),
            (["6.1.0-9-amd64", "6.1.0-56-amd64", "5.10.0-60-amd64"], "6.1.0-56-amd64"),
        ]
    )
    func kernelChoice(versions: [String], best: String) async throws {
        try await Lab.withDirectory { directory in
            let (boot, modules) = (directory.appending("boot"), directory.appending("modules"))
            for path in [boot, modules] { mkdir(path.string, 0o755) }
            for version in versions + ["7.0.0-1-cloud-amd64"] {
                try Lab.touch(boot.appending("vmlinuz-\(version)"))
                if version.hasPrefix("7.") { continue }
                mkdir(modules.appending(version).string, 0o755)
                try Lab.touch(modules.appending("\(version)/modules.dep"))
            }
            let kernel = try ApplianceKernel.find(boot: boot, modules: modules)
            #expect(kernel.version == best)
            #expect(kernel.image == boot.appending("vmlinuz-\(best)") && kernel.modules == modules.appending(best))
        }
    }
}
