public import SystemPackage

extension DomainDefinition {
    /// A disk.
    public struct Disk: Equatable, Sendable {
        /// The bus that a disk hangs on, in libvirt's words.
        public enum Bus: String, CaseIterable, Codable, Sendable {
            /// virtio-blk: `vda`, the fastest.
            case virtio
            /// A virtio-scsi controller: `sda`.
            case scsi
            /// An AHCI controller: `sda`, for a guest without virtio drivers.
            case sata
        }

        /// The image file.
        public var file: FilePath
        /// Its format, always given: QEMU must never guess it (a guest can write a qcow2 header into a raw disk).
        public var format: String
        /// The bus.
        public var bus: Bus
        /// Whether the guest may not write to it.
        public var isReadOnly: Bool
        /// Whether libvirt leaves the file's owner alone, though it gives the others to the user that QEMU runs as.
        ///
        /// So it must be with a file that guests share, which must then be readable by that user. Only a driver that changes
        /// owners, the privileged one, knows the setting; a session refuses it.
        public var keepsOwner: Bool

        /// Creates a disk.
        public init(
            file: FilePath,
            format: String,
            bus: Bus = .virtio,
            isReadOnly: Bool = false,
            keepsOwner: Bool = false
        ) {
            self.file = file
            self.format = format
            self.bus = bus
            self.isReadOnly = isReadOnly
            self.keepsOwner = keepsOwner
        }
    }
}
