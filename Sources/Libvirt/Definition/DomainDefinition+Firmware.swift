public import SystemPackage

extension DomainDefinition {
    /// What runs in the guest before its kernel.
    ///
    /// UEFI keeps its variables in a file. It is named here, because the one that libvirt would make for itself
    /// (`nvram/NAME_VARS.fd`) stays when a transient guest goes: let it lie where the disk lies, and remove it with the disk.
    /// libvirt fills it from the firmware's template where it does not exist.
    public enum Firmware: Equatable, Sendable {
        /// A PC's BIOS. An Arm machine has none and starts its kernel directly.
        case bios
        /// UEFI that starts anything; its variables are kept in the file.
        case uefi(variables: FilePath)
        /// UEFI with Secure Boot on and the usual keys enrolled; its variables are kept in the file.
        ///
        /// A directly booted kernel starts none the less on a PC, where OVMF takes it over the Linux boot protocol and still
        /// tells it that Secure Boot is on (tianocore/edk2, pull request 703); on Arm it does not.
        case secureBoot(variables: FilePath)

        /// The file with the variables; nil where there is none.
        public var variables: FilePath? {
            switch self {
            case .bios: nil
            case .uefi(let variables), .secureBoot(let variables): variables
            }
        }
    }
}
