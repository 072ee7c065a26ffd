import SystemPackage

/// What a guest's files are made of: files of this machine, and numbers.
struct GuestDraft {
    /// The kernel, which may be anybody's.
    let kernel: FilePath
    /// The initrd with the kickstart in it: the bake's own, and it may hold secrets.
    let initrd: FilePath
    /// The kernel's command line.
    let commandLine: String
    /// The size of the disk in bytes.
    let diskBytes: Int64
    /// An ISO 9660 image to attach, if any.
    let medium: FilePath?
    /// The guest's UUID.
    let uuid: String
}
