extension Recipe {
    /// The guest in which the installer runs.
    public struct Machine: Sendable, Equatable {
        /// Its memory, 256 MiB to 1 TiB; where nobody says 3 GiB for EL8 and later and Fedora, 2 GiB for the others.
        public var memory: ByteCount

        /// The number of its virtual processors, 1 to 64; 2 where nobody says.
        public var vcpus: Int

        /// Its firmware, which decides how the image boots too.
        public var firmware: Firmware

        /// The size of its disk, which becomes the virtual size of the image; 10 GiB where nobody says.
        public var disk: ByteCount

        /// The bus of its disk.
        public var diskBus: DiskBus

        /// How it reaches the world while the installer runs.
        public var network: Network

        /// The hardware address of its network card, six pairs of lower-case hexadecimal digits; nil for a random one.
        public var mac: String?

        /// Whether one can look at its screen.
        public var graphics: Graphics

        /// Whether it has a TPM 2.0, emulated.
        public var tpm: Bool
    }
}

extension Recipe.Machine {
    /// A firmware.
    public enum Firmware: String, CaseIterable, Sendable {
        /// BIOS, on a PC only.
        case bios

        /// UEFI.
        case uefi

        /// UEFI that starts signed programs only.
        case secureBoot = "secure-boot"
    }

    /// A bus that a disk hangs on, in libvirt's words.
    public enum DiskBus: String, CaseIterable, Sendable {
        /// virtio-blk.
        case virtio

        /// virtio-scsi.
        case scsi

        /// SATA, for systems without virtio.
        case sata
    }

    /// How the guest reaches the world while the installer runs.
    public enum Network: Sendable, Equatable {
        /// QEMU's user-mode network: needs no rights and no set-up; the host is 10.0.2.2.
        case user

        /// A network of libvirt's.
        case network(String)

        /// A bridge of this machine.
        case bridge(String)
    }

    /// A way to look at the guest's screen.
    public enum Graphics: String, CaseIterable, Sendable {
        /// None; there is the serial console.
        case none

        /// VNC, on 127.0.0.1 only.
        case vnc
    }
}

extension Recipe.Machine.Network: CustomStringConvertible {
    /// The network as a recipe spells it.
    public var description: String {
        switch self {
        case .user: "user"
        case .network(let name): "network \(name)"
        case .bridge(let name): "bridge \(name)"
        }
    }
}
