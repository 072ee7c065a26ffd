/// Why a ``DomainDefinition`` cannot work.
public struct DomainDefinitionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of mistake.
    public enum Code: Equatable, Sendable {
        /// A name that libvirt or the host does not take: of the guest, a network, a bridge or a port.
        case invalidName
        /// Text that no XML document can hold, or a path that is not text.
        case unrepresentable
        /// Something that is no UUID.
        case invalidUUID
        /// Less than one MiB of memory, or less than one processor.
        case noResources
        /// An architecture for which no machine is known.
        case unknownArchitecture
        /// Firmware that this machine lacks, or that would not start what it is to start.
        case firmwareMismatch
        /// A path that depends on the working directory of whoever reads it.
        case relativePath
        /// A socket's path that the kernel has no room for.
        case pathTooLong
        /// A disk format that is no name of one.
        case invalidFormat
        /// More disks than there are letters to name them.
        case tooManyDisks
        /// One file for two purposes of which one writes.
        case sharedFile
        /// Something that is no MAC address of a single card.
        case invalidMACAddress
        /// Two ports of one name.
        case duplicateChannel
        /// A command line that the kernel would cut off.
        case commandLineTooLong
    }

    /// Which mistake it is.
    public let code: Code
    /// What is wrong, with the value in question.
    public let message: String

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
