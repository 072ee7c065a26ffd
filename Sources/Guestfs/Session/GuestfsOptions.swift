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
    /// Whether libguestfs and its appliance say all that they do; costs a second or two in the launch.
    public var verbose: Bool
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
        verbose: Bool = false,
        log: (@Sendable (String) -> Void)? = nil
    ) {
        self.forceTCG = forceTCG
        self.memoryMiB = memoryMiB
        self.vcpus = vcpus
        self.qemu = qemu
        self.temporaryDirectory = temporaryDirectory
        self.cacheDirectory = cacheDirectory
        self.verbose = verbose
        self.log = log
    }
}
