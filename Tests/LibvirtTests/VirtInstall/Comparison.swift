import Foundation
import Libvirt
import SystemPackage
import TestSupport

@testable import Pipeline
@testable import Recipes

/// One machine and one tree, as we say it and as one says it to virt-install.
enum Comparison: String, CaseIterable, Sendable {
    case centos7, rocky8, rocky9, fedora41, debian12
    // The other machines, each with the tree of Rocky 9.
    case uefi = "rocky9, UEFI"
    case secureBoot = "rocky9, Secure Boot"
    case scsi = "rocky9, SCSI"
    case everything = "rocky9, VNC, TPM, CD-ROM, libvirt network"
    case aarch64 = "rocky9, aarch64"

    static let uuid = "11111111-2222-3333-4444-555555555555"
    static let macAddress = "52:54:00:12:34:56"

    var tree: SampleTree { SampleTree(rawValue: rawValue) ?? .rocky9 }
    var architecture: DomainDefinition.Architecture { self == .aarch64 ? .aarch64 : .x86_64 }

    /// What a recipe says of the machine, in one line of YAML.
    private var machine: String {
        let network = self == .everything ? "{network: default}" : "user"
        let basics = "memory: 2 GiB, vcpus: 2, mac: '\(Self.macAddress)', network: \(network)"
        return switch self {
        case .centos7, .rocky8, .rocky9, .fedora41, .debian12: basics
        case .uefi, .aarch64: basics + ", firmware: uefi"
        case .secureBoot: basics + ", firmware: secure-boot"
        case .scsi: basics + ", disk: {size: 8 GiB, bus: scsi}"
        case .everything: basics + ", graphics: vnc, tpm: true"
        }
    }

    /// Our guest: what a bake of such a recipe starts, save that TCG is chosen, as for virt-install.
    func definition(in scratch: Scratch, location: String) throws -> DomainDefinition {
        let text = """
            version: 1
            name: web
            os: \(tree.os)
            arch: \(architecture.name)
            machine: {\(machine)}
            install: {location: "\(location)"}

            """
        try scratch.write("web.recipe", Data(text.utf8))
        let recipe = try RecipeLoader().load(scratch.appending("web.recipe"))
        let commandLine = KernelArguments.list(for: recipe, location: location).joined(separator: " ")
        return DomainDefinition(
            recipe,
            name: "web",
            uuid: Self.uuid,
            accelerator: .tcg,
            files: GuestFiles(
                boot: .init(kernel: "/b/vmlinuz", initrd: "/b/initrd.img", commandLine: commandLine),
                disk: scratch.appending("disk.qcow2"),
                variables: scratch.appending("VARS.fd"),
                medium: self == .everything ? scratch.appending("repo.iso") : nil
            )
        )
    }

    /// virt-install's options for the same guest: what its user must say, and nothing that it would know itself.
    func options(in directory: FilePath, location: String, kickstart: FilePath) -> [String] {
        let disk = "path=\(directory.appending("disk.qcow2")),driver.type=qcow2"
        var options = [
            "--print-xml", "1", "--virt-type", "qemu", "--name", "web", "--uuid", Self.uuid, "--memory", "2048",
            "--vcpus", "2",
            "--location", location, "--initrd-inject", kickstart.string,
            "--extra-args", "inst.ks=file:/ks.cfg console=\(architecture.serialPort),115200",
        ]
        options += tree.systemOptions
        switch self {
        case .scsi:
            options += ["--disk", disk + ",bus=scsi", "--controller", "scsi,model=virtio-scsi"]
        case .everything:
            options += [
                "--disk", disk,
                "--disk", "path=\(directory.appending("repo.iso")),device=cdrom,driver.type=raw,readonly=yes",
                "--tpm", "emulator",
            ]
        default:
            options += ["--disk", disk]
        }
        switch self {
        case .uefi:
            options += ["--boot", "uefi"]
        case .secureBoot:
            options += [
                "--boot",
                "firmware=efi,firmware.feature0.name=secure-boot,firmware.feature0.enabled=yes,"
                    + "firmware.feature1.name=enrolled-keys,firmware.feature1.enabled=yes",
            ]
        case .aarch64:
            options += ["--arch", "aarch64", "--machine", "virt"]
        default:
            break
        }
        options += ["--network", (self == .everything ? "network=default" : "user") + ",mac=\(Self.macAddress)"]
        options += ["--graphics", self == .everything ? "vnc,listen=127.0.0.1" : "none"]
        return options
    }
}
