public import SystemPackage

/// What a root file system starts with that has no boot loader.
public struct BootFiles: Sendable, Hashable {
    /// The kernel.
    public var kernel: FilePath
    /// The ramdisk.
    public var ramdisk: FilePath
    /// What the kernel is told, for the property `os_command_line`; nil leaves it to Nova, which says `root=/dev/vda` and the consoles.
    public var commandLine: String?

    /// Creates a value from its parts.
    public init(kernel: FilePath, ramdisk: FilePath, commandLine: String?) {
        self.kernel = kernel
        self.ramdisk = ramdisk
        self.commandLine = commandLine
    }

    /// The file of a part.
    subscript(role: BootRole) -> FilePath { role == .kernel ? kernel : ramdisk }
}
