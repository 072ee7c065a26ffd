import Libvirt
import SystemPackage

/// The files of an installer's guest.
struct GuestFiles {
    /// Kernel, initrd and command line.
    let boot: DomainDefinition.DirectBoot
    /// The disk that the installer writes, a qcow2.
    let disk: FilePath
    /// The variables of UEFI; used where the recipe asks for that.
    let variables: FilePath
    /// An ISO 9660 image to attach, if any.
    let medium: FilePath?
    /// Whether libvirt leaves the medium's owner alone.
    var mediumKeepsOwner = false
    /// What the paths of the ports' sockets begin with; nil where libvirt chooses them.
    var sockets: FilePath?
}
