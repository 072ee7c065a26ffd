public import SystemPackage

/// How the libguestfs appliance is run.
public struct GuestfsOptions: Sendable {
    /// Emulate the processor instead of using KVM; needed where KVM is offered and does not work.
    public var forceTCG: Bool
    /// The appliance's memory in MiB; nil takes libguestfs' default.
    public var memoryMiB: Int?
    /// The appliance's processors; nil takes libguestfs' default.
    public var vcpus: Int?
    /// The QEMU to run; nil takes the one that libguestfs was built for, or `LIBGUESTFS_HV`.
    public var qemu: FilePath?
    /// Where overlays and lists are put while the appliance runs; nil takes `TMPDIR`, else `/tmp`.
    public var temporaryDirectory: FilePath?
    /// Where the appliance is built and kept (some 400 MB); nil leaves both to libguestfs, under `/var/tmp`.
    public var cacheDirectory: FilePath?
    /// How long the appliance may run, its start included; a driver that hangs in a damaged file system would run for ever.
    public var deadline: Duration
    /// Whether libguestfs and its appliance say all that they do; costs a second or two in the launch.
    public var verbose: Bool
    /// Whether the appliance is connected to the network, through QEMU's user mode; not unless somebody asks for it.
    public var network: Bool
    /// Takes the lines that libguestfs and the appliance print; called on the session's thread.
    public var log: (@Sendable (String) -> Void)?

    /// Options, each with the default that its property names.
    public init(
        forceTCG: Bool = false,
        memoryMiB: Int? = nil,
        vcpus: Int? = nil,
        qemu: FilePath? = nil,
        temporaryDirectory: FilePath? = nil,
        cacheDirectory: FilePath? = nil,
        deadline: Duration = .seconds(1800),
        verbose: Bool = false,
        network: Bool = false,
        log: (@Sendable (String) -> Void)? = nil
    ) {
        self.forceTCG = forceTCG
        self.memoryMiB = memoryMiB
        self.vcpus = vcpus
        self.qemu = qemu
        self.temporaryDirectory = temporaryDirectory
        self.cacheDirectory = cacheDirectory
        self.deadline = deadline
        self.verbose = verbose
        self.network = network
        self.log = log
    }
}
