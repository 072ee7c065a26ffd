public import SystemPackage

extension DomainDefinition {
    /// A virtio-serial port, `/dev/virtio-ports/NAME` in the guest.
    public struct Channel: Equatable, Sendable {
        /// Where the bytes go that the guest writes.
        public enum Sink: Equatable, Sendable {
            /// Through libvirt, to ``Domain/openChannel(_:)``; a remote hypervisor's too.
            ///
            /// A guest that writes while nobody listens waits (Linux, drivers/char/virtio_console.c), so open it before the guest is
            /// resumed. The bytes go through a socket, whose path takes at most 107 bytes (sun_path, unix(7)). The path that libvirt
            /// chooses has about 90 after its own root, too many for an embedded driver or a session in a deep directory: name one
            /// there, beside the disk.
            case stream(socket: FilePath?)
            /// A file on the hypervisor's host, which QEMU makes.
            case file(FilePath)
        }

        /// The port to which Anaconda copies its whole log where it finds it.
        public static let anacondaLog = "org.fedoraproject.anaconda.log.0"

        /// The port's name, unique in the guest.
        public var name: String
        /// Where the bytes go.
        public var sink: Sink

        /// Creates a port.
        public init(_ name: String = Channel.anacondaLog, to sink: Sink = .stream(socket: nil)) {
            self.name = name
            self.sink = sink
        }
    }
}
