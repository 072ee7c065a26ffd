import Guestfs

/// What `imagebake sysprep` found and did.
public struct ImageSysprepReport: Codable, Sendable {
    /// The operating system.
    public struct System: Codable, Sendable {
        /// libguestfs' name of the distribution.
        public let distribution: String
        /// The name that it has for people.
        public let name: String
        /// Its first number.
        public let majorVersion: Int
        /// Its processor.
        public let architecture: String
    }

    /// An operation and what it changed, or would.
    public struct Operation: Codable, Sendable {
        /// Its name.
        public let name: String
        /// What it does.
        public let heading: String
        /// One line for each change.
        public let changes: [String]
    }

    /// A file system and how its free space was given back.
    public struct FreeSpace: Codable, Sendable {
        /// Where the guest mounts it.
        public let mountpoint: String
        /// `trimmed`, `zeroed` or `none`.
        public let method: String
        /// Why nothing could be done; nil where something was.
        public let reason: String?
    }

    /// The image.
    public let image: String
    /// The new file; nil where there is none.
    public let output: String?
    /// Whether nothing was changed.
    public let isDryRun: Bool
    /// Whether an interrupted command was finished, and nothing else done.
    public let isFinished: Bool
    /// The bytes of the disk as it is now; nil where that was not looked at.
    public let virtualSize: Int64?
    /// The operating system; nil where it was not looked at.
    public let system: System?
    /// The operations that ran, in their order.
    public let operations: [Operation]
    /// The swap areas that were emptied, one line each.
    public let swap: [String]
    /// The file systems whose free space was given back.
    public let freeSpace: [FreeSpace]
    /// What should be known.
    public let warnings: [String]
    /// How long each part took, in seconds.
    public let seconds: [String: Double]

    init(image: String, output: String?, isDryRun: Bool, virtualSize: Int64, sysprep: SysprepReport) {
        self.image = image
        self.output = output
        self.isDryRun = isDryRun
        isFinished = false
        self.virtualSize = virtualSize
        system = System(
            distribution: sysprep.os.distro,
            name: sysprep.os.productName,
            majorVersion: sysprep.os.majorVersion,
            architecture: sysprep.os.architecture
        )
        operations = sysprep.operations.map { Operation(name: $0.name, heading: $0.heading, changes: $0.changes) }
        swap = sysprep.swap
        freeSpace = sysprep.trimmed.map {
            FreeSpace(mountpoint: $0.mountpoint, method: $0.method.rawValue, reason: $0.warning)
        }
        warnings = sysprep.warnings
        seconds = Dictionary(sysprep.phases.map { ($0.name, $0.seconds) }) { $0 + $1 }
    }

    /// The report of a command that finished an interrupted one.
    init(finished image: String) {
        self.image = image
        (output, isDryRun, isFinished, virtualSize, system) = (nil, false, true, nil, nil)
        (operations, swap, freeSpace, warnings, seconds) = ([], [], [], [], [:])
    }

    /// Each change as operation and words, for a table.
    public var changes: [[String]] {
        operations.flatMap { operation in operation.changes.map { [operation.name, $0] } } + swap.map { ["swap", $0] }
    }
}
