import Libvirt
import Recipes
import SystemPackage

extension DomainDefinition {
    /// The guest in which a recipe's installer runs.
    ///
    /// - Parameters:
    ///   - recipe: Its machine.
    ///   - files: The files that it is made of.
    init(_ recipe: Recipe, name: String, uuid: String, accelerator: Accelerator, files: GuestFiles) {
        let machine = recipe.machine
        let network: Network.Source =
            switch machine.network {
            case .user: .user
            case .network(let name): .network(name)
            case .bridge(let name): .bridge(name)
            }
        let firmware: Firmware =
            switch machine.firmware {
            case .bios: .bios
            case .uefi: .uefi(variables: files.variables)
            case .secureBoot: .secureBoot(variables: files.variables)
            }
        var disks = [Disk(file: files.disk, format: "qcow2", bus: Disk.Bus(machine.diskBus))]
        var cdroms: [CDROM] = []
        if let medium = files.medium {
            if recipe.os.family == .debian {
                // imagebake's own installer has no driver for a CD-ROM drive; it finds its medium by the label, on any disk.
                disks.append(
                    Disk(file: medium, format: "raw", isReadOnly: true, keepsOwner: files.mediumKeepsOwner)
                )
            } else {
                cdroms.append(CDROM(file: medium, keepsOwner: files.mediumKeepsOwner))
            }
        }
        let names = recipe.os.family == .debian ? [InstallReport.port] : [InstallReport.port, Channel.anacondaLog]
        self.init(
            name: name,
            uuid: uuid,
            accelerator: accelerator,
            memoryMiB: Int(machine.memory.mebibytes),
            vcpus: machine.vcpus,
            architecture: Architecture(recipe.architecture.rawValue),
            firmware: firmware,
            boot: files.boot,
            disks: disks,
            cdroms: cdroms,
            network: Network(network, macAddress: machine.mac),
            graphics: machine.graphics == .vnc ? .vnc : nil,
            hasTPM: machine.tpm
        )
        channels = zip(names, ["o", "a"]).map { name, suffix in
            // Short, for a socket's path takes 107 bytes (sun_path, unix(7)).
            Channel(name, to: .stream(socket: files.sockets.map { FilePath("\($0)-\(suffix)") }))
        }
    }
}

extension DomainDefinition.Disk.Bus {
    fileprivate init(_ bus: Recipe.Machine.DiskBus) {
        switch bus {
        case .virtio: self = .virtio
        case .scsi: self = .scsi
        case .sata: self = .sata
        }
    }
}
