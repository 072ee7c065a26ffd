/// What a guest is made of, as far as an installer or a probe needs it.
///
/// ``xml`` follows libvirt's domain format (libvirt, docs/formatdomain.rst); docs/machine.md lists what each property becomes.
/// The guest boots its kernel directly; a reboot, a crash and a power-off all end it, so that an installer's last act is the
/// domain's last event. ``validate()`` refuses what cannot work.
public struct DomainDefinition: Equatable, Sendable {
    /// The guest's name: no slash, no control character.
    public var name: String
    /// The guest's UUID, by which a later run finds it again.
    public var uuid: String
    /// Who executes it.
    public var accelerator: Accelerator
    /// The memory in MiB.
    public var memoryMiB: Int
    /// The number of virtual processors.
    public var vcpus: Int
    /// The processor architecture, which also settles the machine.
    public var architecture: Architecture
    /// What runs before the kernel.
    public var firmware: Firmware
    /// The kernel to start; nil starts the firmware alone.
    public var boot: DirectBoot?
    /// The disks, in the order in which the guest names them.
    ///
    /// On virtio they are `vda`, `vdb` and so on, on the other buses `sda`, `sdb`.
    public var disks: [Disk]
    /// The CD-ROM drives, each with its medium.
    public var cdroms: [CDROM]
    /// The network card; nil for a guest without one.
    public var network: Network?
    /// The screen; nil for a guest that has its serial console only.
    public var graphics: Graphics?
    /// Whether it has an emulated TPM 2.0, empty at the start and forgotten at the end (swtpm on the host).
    public var hasTPM: Bool
    /// The virtio-serial ports.
    public var channels: [Channel]

    /// Creates a definition.
    public init(
        name: String,
        uuid: String,
        accelerator: Accelerator,
        memoryMiB: Int,
        vcpus: Int,
        architecture: Architecture = .x86_64,
        firmware: Firmware = .bios,
        boot: DirectBoot? = nil,
        disks: [Disk] = [],
        cdroms: [CDROM] = [],
        network: Network? = nil,
        graphics: Graphics? = nil,
        hasTPM: Bool = false,
        channels: [Channel] = []
    ) {
        self.name = name
        self.uuid = uuid
        self.accelerator = accelerator
        self.memoryMiB = memoryMiB
        self.vcpus = vcpus
        self.architecture = architecture
        self.firmware = firmware
        self.boot = boot
        self.disks = disks
        self.cdroms = cdroms
        self.network = network
        self.graphics = graphics
        self.hasTPM = hasTPM
        self.channels = channels
    }

    /// Creates a definition with at most a card on QEMU's user network.
    public init(
        name: String,
        uuid: String,
        accelerator: Accelerator,
        memoryMiB: Int,
        vcpus: Int,
        architecture: String = Architecture.x86_64.name,
        boot: DirectBoot? = nil,
        disks: [Disk] = [],
        hasUserNetwork: Bool,
        macAddress: String? = nil
    ) {
        self.init(
            name: name,
            uuid: uuid,
            accelerator: accelerator,
            memoryMiB: memoryMiB,
            vcpus: vcpus,
            architecture: Architecture(architecture),
            boot: boot,
            disks: disks,
            network: hasUserNetwork ? Network(.user, macAddress: macAddress) : nil
        )
    }
}
