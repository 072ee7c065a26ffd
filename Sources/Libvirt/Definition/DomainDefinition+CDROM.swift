public import SystemPackage

extension DomainDefinition {
    /// A CD-ROM drive with a medium in it, which the guest sees as `sr0`, `sr1`, ...
    public struct CDROM: Equatable, Sendable {
        /// The bus that a drive hangs on, in libvirt's words; there is no CD-ROM on virtio-blk.
        public enum Bus: String, CaseIterable, Codable, Sendable {
            /// A virtio-scsi controller.
            case scsi
            /// An AHCI controller.
            case sata
        }

        /// The medium, a raw image such as an ISO 9660 one.
        public var file: FilePath
        /// The bus.
        public var bus: Bus
        /// Whether libvirt leaves the file's owner alone; see ``Disk/keepsOwner``.
        public var keepsOwner: Bool

        /// Creates a drive.
        public init(file: FilePath, bus: Bus = .sata, keepsOwner: Bool = false) {
            self.file = file
            self.bus = bus
            self.keepsOwner = keepsOwner
        }
    }
}
