import Libvirt
import SystemPackage

/// Guests that together use everything that a definition can say; each has a golden file of its name.
enum Variant: String, CaseIterable {
    case probe
    case installer
    case kvm
    case uefi
    case uefiKernel = "uefi-kernel"
    case secureBoot = "secure-boot"
    case scsiDisks = "scsi-disks"
    case sataDisks = "sata-disks"
    case everyLetter = "every-letter"
    case cdroms
    case libvirtNetwork = "libvirt-network"
    case bridge
    case vnc
    case tpm
    case channels
    case hostile
    case aarch64
    case aarch64KVM = "aarch64-kvm"
    case aarch64UEFI = "aarch64-uefi"
    case aarch64Desk = "aarch64-desk"

    // What XML, QEMU's comma-separated options and a shell each read in a way of their own.
    static let hostileText = #"é "q" 'a' & <b> a,b=c;d $(e) `f` %s \n ]]>"#

    var definition: DomainDefinition {
        switch self {
        case .probe:
            return minimal(memoryMiB: 64, vcpus: 1)
        case .installer:
            return with {
                $0.disks.append(.init(file: "/t/repo & more.iso", format: "raw", isReadOnly: true, keepsOwner: true))
                $0.network = .init(.user, macAddress: "52:54:00:12:34:56")
            }
        case .kvm:
            return with { $0.accelerator = .kvm }
        case .uefi:
            return with {
                $0.boot = nil
                $0.firmware = .uefi(variables: "/b/VARS.fd")
            }
        case .uefiKernel:
            return with { $0.firmware = .uefi(variables: "/b/VARS.fd") }
        case .secureBoot:
            return with { $0.firmware = .secureBoot(variables: "/b/VARS.fd") }
        case .scsiDisks:
            return with { $0.disks = Self.disks(9, on: .scsi) }
        case .sataDisks:
            return with { $0.disks = Self.disks(2, on: .sata) }
        case .everyLetter:
            return with {
                $0.disks = Self.disks(26, on: .virtio) + Self.disks(25, on: .scsi)
                $0.cdroms = [.init(file: "/t/repo.iso")]
            }
        case .cdroms:
            return with {
                $0.disks = Self.disks(1, on: .virtio) + Self.disks(1, on: .scsi)
                $0.cdroms = [
                    .init(file: "/t/repo.iso", keepsOwner: true), .init(file: "/t/drivers.iso", bus: .scsi),
                ]
            }
        case .libvirtNetwork:
            return with { $0.network = .init(.network("default")) }
        case .bridge:
            return with { $0.network = .init(.bridge("br-lan.12"), macAddress: "52:54:00:ab:cd:ef") }
        case .vnc:
            return with { $0.graphics = .vnc }
        case .tpm:
            return with { $0.hasTPM = true }
        case .channels:
            return with {
                $0.channels = [
                    .init(to: .stream(socket: "/b/log.sock")), .init("org.example.notes.0", to: .file("/b/notes.log")),
                ]
            }
        case .hostile:
            let text = Self.hostileText
            return with {
                $0.name = "imagebake \(text)"
                $0.firmware = .uefi(variables: FilePath("/b/\(text).fd"))
                $0.boot?.kernel = FilePath("/b/\(text).vmlinuz")
                $0.boot?.initrd = FilePath("/b/\(text).initrd")
                $0.boot?.commandLine = "inst.ks=file:/ks.cfg a=\"\(text)\""
                $0.disks = [.init(file: FilePath("/b/\(text).qcow2"), format: "qcow2")]
                $0.cdroms = [.init(file: FilePath("/b/\(text).iso"))]
                $0.channels = [
                    .init("org.example.\(text)", to: .stream(socket: FilePath("/b/\(text).sock"))),
                    .init("org.example.file", to: .file(FilePath("/b/\(text).log"))),
                ]
            }
        case .aarch64:
            return with(.aarch64) { _ in }
        case .aarch64KVM:
            return with(.aarch64) {
                $0.accelerator = .kvm
                $0.firmware = .uefi(variables: "/b/VARS.fd")
            }
        case .aarch64UEFI:
            return with(.aarch64) {
                $0.boot = nil
                $0.firmware = .secureBoot(variables: "/b/VARS.fd")
                $0.cdroms = [.init(file: "/t/repo.iso", bus: .scsi)]
            }
        case .aarch64Desk:
            return with(.aarch64) {
                $0.disks = Self.disks(1, on: .sata)
                $0.graphics = .vnc
                $0.hasTPM = true
                $0.channels = [.init("log.0")]
            }
        }
    }

    private static func disks(_ count: Int, on bus: DomainDefinition.Disk.Bus) -> [DomainDefinition.Disk] {
        (1...count).map { .init(file: FilePath("/b/\(bus)-\($0).qcow2"), format: "qcow2", bus: bus) }
    }

    private func minimal(memoryMiB: Int, vcpus: Int) -> DomainDefinition {
        let number = Self.allCases.firstIndex(of: self) ?? 0
        return DomainDefinition(
            name: "imagebake-\(rawValue)",
            uuid: "11111111-2222-3333-4444-5555555555\(10 + number)",
            accelerator: .tcg,
            memoryMiB: memoryMiB,
            vcpus: vcpus
        )
    }

    private func with(
        _ architecture: DomainDefinition.Architecture = .x86_64,
        _ change: (inout DomainDefinition) -> Void
    ) -> DomainDefinition {
        var definition = minimal(memoryMiB: 256, vcpus: 2)
        definition.architecture = architecture
        definition.boot = .init(
            kernel: "/b/vmlinuz",
            initrd: "/b/initrd.img",
            commandLine: "inst.ks=file:/ks.cfg a=\"x & <y>\" console=\(architecture.serialPort),115200"
        )
        definition.disks = [.init(file: "/b/disk.qcow2", format: "qcow2")]
        definition.network = .init(.user)
        change(&definition)
        return definition
    }
}
