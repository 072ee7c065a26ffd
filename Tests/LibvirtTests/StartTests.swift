import Foundation
import Libvirt
import SystemPackage
import TestSupport
import Testing

/// That QEMU really takes every variant: it is started, paused, under TCG, and ended.
@Suite("Real guests", .serialized)
struct StartTests {
    /// What this machine has nothing to plug the guest into.
    static let refused: [Variant: String] = [
        // The embedded driver has no network driver beside it.
        .libvirtNetwork: "network",
        // No bridge of this name is there.
        .bridge: "br-lan.12",
    ]

    @Test("QEMU takes it, and nothing of it is left behind", arguments: Variant.allCases)
    func starts(variant: Variant) async throws {
        let lab = try await EmbeddedLab.open()
        let scratch = try Scratch()
        let definition = try await variant.definition.placed(in: scratch, sockets: lab.sockets)
        let before = lab.guestFiles
        if let reason = Self.refused[variant] {
            let error = try await #require(throws: LibvirtError.self) { try await lab.connection.start(definition) }
            #expect(error.message.contains(reason))
        } else {
            let domain = try await lab.connection.start(definition)
            #expect(await domain.isActive())
            #expect(lab.guestFiles != before)
            if let variables = definition.firmware.variables {
                #expect(FileManager.default.fileExists(atPath: variables.string))
            }
            // Its first instructions run too: a device that QEMU makes late, or firmware that is not there, would end it.
            let stops = try domain.stops()
            try await domain.resume()
            try await Task.sleep(for: .milliseconds(200))
            #expect(await domain.isActive())
            try await domain.destroy()
            #expect(await stops.first { _ in true } == .destroyed)
        }
        #expect(try await lab.connection.activeDomains().isEmpty)
        #expect(lab.guestFiles == before)
    }

    /// Whether this process may make a bridge: that is a right (CAP_NET_ADMIN), which no package gives.
    private static let canMakeBridges: Bool = {
        let name = "ibt\(getpid())"
        guard run("ip", ["link", "add", name, "type", "bridge"]) else { return false }
        return run("ip", ["link", "delete", name])
    }()

    private static func run(_ program: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardError = nil
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test(
        "a guest on a bridge is a port of it",
        .enabled(if: canMakeBridges, "making a bridge takes a right that this user lacks")
    )
    func bridge() async throws {
        let lab = try await EmbeddedLab.open()
        let scratch = try Scratch()
        let name = "ib-br\(getpid() % 100_000).1"
        try await command("ip", ["link", "add", name, "type", "bridge"])
        defer { _ = Self.run("ip", ["link", "delete", name]) }
        var definition = try await Variant.bridge.definition.placed(in: scratch, sockets: lab.sockets)
        definition.network = .init(.bridge(name))
        let domain = try await lab.connection.start(definition)
        let ports = try FileManager.default.contentsOfDirectory(atPath: "/sys/class/net/\(name)/brif")
        #expect(ports.count == 1, "\(ports)")
        try await domain.destroy()
        #expect(try FileManager.default.contentsOfDirectory(atPath: "/sys/class/net/\(name)/brif") == [])
    }

    @Test("the firmware that it can choose is said", arguments: ["x86_64", "aarch64"])
    func firmware(architecture: String) async throws {
        let lab = try await EmbeddedLab.open()
        #expect(try await lab.connection.firmware(of: architecture).hasUEFI)
        await #expect(throws: LibvirtError.self) { try await lab.connection.firmware(of: "s390x") }
    }

    /// libvirt removes a guest that has stopped by itself in a thread of its own, and refuses its name until then: "domain 'c' is already
    /// being removed", where nobody finds that guest any more.
    @Test("the name of a guest that has just gone is free again")
    func nameAgain() async throws {
        let lab = try await EmbeddedLab.open()
        let scratch = try Scratch()
        let definition = try await Variant.probe.definition.placed(in: scratch, sockets: lab.sockets)
        for _ in 1...5 {
            let domain = try await lab.connection.start(definition)
            // Only this guest's QEMU has its UUID among its arguments.
            try await command("pkill", ["-KILL", "-f", "qemu-system.*\(definition.uuid)"])
            while try await lab.connection.domain(uuid: definition.uuid) != nil { await Task.yield() }
            try await domain.destroy()
        }
    }

    @Test("What a guest writes to its channels arrives, from the first byte", arguments: [nil, "s"])
    func channels(socket: String?) async throws {
        let lab = try await EmbeddedLab.open()
        let scratch = try Scratch()
        let log = scratch.appending("channel.log")
        let initrd = scratch.appending("initrd")
        let kernel = try #require(
            DomainDefinition.hostKernel,
            "there is no readable kernel in /boot; run scripts/setup"
        )
        let version = try #require(kernel.lastComponent).string.dropFirst("vmlinuz-".count)
        try await command("sh", ["-c", Self.makeInitrd, "sh", initrd.string, String(version)])
        var definition = DomainDefinition(
            name: "c",
            uuid: UUID().uuidString.lowercased(),
            accelerator: .tcg,
            memoryMiB: 256,
            vcpus: 1
        )
        definition.boot = .init(kernel: kernel, initrd: initrd, commandLine: "console=ttyS0,115200 panic=1")
        // The kernel is everybody's; libvirt would give it to QEMU's user.
        definition.boot?.kernel = scratch.appending("vmlinuz")
        try FileManager.default.copyItem(atPath: kernel.string, toPath: scratch.appending("vmlinuz").string)
        definition.channels = [
            // Where libvirt chooses the path, a shorter name keeps it short.
            .init("first", to: .stream(socket: socket.map { lab.sockets.appending($0) })),
            .init("second", to: .file(log)),
        ]
        let domain = try await lab.connection.start(definition)
        let stops = try domain.stops()
        let first = try await domain.openChannel("first")
        try await domain.resume()
        var bytes: [UInt8] = []
        for await piece in first.output { bytes += piece }
        #expect(String(decoding: bytes, as: UTF8.self) == "to the stream\n")
        #expect(await stops.first { _ in true } == .shutDown)
        #expect(try String(decoding: contents(log), as: UTF8.self) == "to the file\n")
        try await domain.destroy()
        let missing = try await lab.connection.start(definition)
        await #expect(throws: LibvirtError.self) { try await missing.openChannel("third") }
        try await missing.destroy()
    }

    // An initrd of busybox and virtio's modules: it writes a line to each of two ports and powers off.
    private static let makeInitrd = """
        set -eu
        root=$(mktemp -d)
        trap 'rm -rf "$root"' EXIT
        mkdir "$root/bin" "$root/dev" "$root/proc" "$root/sys"
        cp /bin/busybox "$root/bin/busybox"
        for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_console; do
            find "/lib/modules/$2" -name "$module.ko" -exec cp {} "$root" \\;
        done
        cat >"$root/init" <<'END'
        #!/bin/busybox sh
        bb=/bin/busybox
        $bb mount -t devtmpfs none /dev
        $bb mount -t sysfs none /sys
        for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_console; do
            [ ! -e /$module.ko ] || $bb insmod /$module.ko
        done
        tries=0
        while [ "$tries" -lt 60 ]; do
            set -- /sys/class/virtio-ports/*p2; [ -e "$1" ] && break; $bb sleep 1
            tries=$((tries + 1))
        done
        for port in /sys/class/virtio-ports/*; do
            case $($bb cat $port/name) in
                first) echo to the stream >/dev/${port##*/} ;;
                second) echo to the file >/dev/${port##*/} ;;
            esac
        done
        $bb poweroff -f
        END
        chmod 755 "$root/init"
        cd "$root"
        find . | cpio --quiet -o -H newc >"$1"
        """
}

extension DomainDefinition {
    /// The same guest with real files: each path keeps its name and moves into the directory; KVM becomes TCG.
    fileprivate func placed(in scratch: Scratch, sockets: FilePath) async throws -> DomainDefinition {
        let kernel = try #require(Self.hostKernel, "there is no readable kernel in /boot; run scripts/setup")
        let blank = scratch.appending("blank.qcow2")
        try await command("qemu-img", ["create", "-q", "-f", "qcow2", blank.string, "16M"])
        func move(_ path: FilePath, copying source: FilePath? = nil) throws -> FilePath {
            let moved = scratch.path.appending(path.lastComponent ?? "x")
            if let source, !FileManager.default.fileExists(atPath: moved.string) {
                try FileManager.default.copyItem(atPath: source.string, toPath: moved.string)
            }
            return moved
        }
        let medium = try scratch.write("blank.raw", Data(count: 1 << 20))
        var definition = self
        definition.accelerator = .tcg
        // The judges define the same guests meanwhile.
        definition.name = "run \(name)"
        definition.uuid = UUID().uuidString.lowercased()
        if let boot {
            definition.boot?.kernel = try move(boot.kernel, copying: kernel)
            definition.boot?.initrd = try move(boot.initrd, copying: medium)
        }
        for index in disks.indices {
            let source = disks[index].format == "qcow2" ? blank : medium
            definition.disks[index].file = try move(disks[index].file, copying: source)
        }
        for index in cdroms.indices {
            definition.cdroms[index].file = try move(cdroms[index].file, copying: medium)
        }
        switch firmware {
        case .bios: break
        case .uefi(let variables): definition.firmware = .uefi(variables: try move(variables))
        case .secureBoot(let variables): definition.firmware = .secureBoot(variables: try move(variables))
        }
        for index in channels.indices {
            switch channels[index].sink {
            case .file(let path): definition.channels[index].sink = .file(try move(path))
            case .stream(let socket?):
                definition.channels[index].sink = .stream(socket: sockets.appending(socket.lastComponent ?? "x"))
            case .stream(nil): break
            }
        }
        return definition
    }

    /// A kernel of this machine; a PC's is data to an Arm machine, which is enough for QEMU to load it.
    static var hostKernel: FilePath? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/boot")) ?? []
        return names.sorted().reversed().filter { $0.hasPrefix("vmlinuz-") }.map { FilePath("/boot").appending($0) }
            .first { FileManager.default.isReadableFile(atPath: $0.string) }
    }
}
