import SystemPackage

/// What went wrong with the appliance or in the guest's disk.
public struct GuestfsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: String, Sendable, Codable {
        /// The appliance did not start.
        case launch
        /// There is a kernel for the appliance, and this user may not read it.
        case kernelUnreadable
        /// There is no kernel for the appliance.
        case kernelMissing
        /// `supermin`, which builds the appliance, is not installed.
        case superminMissing
        /// `supermin` failed.
        case superminFailed
        /// QEMU is not installed.
        case qemuMissing
        /// No operating system was found on the disk.
        case noOS
        /// More than one operating system was found on the disk, or not the one that was asked for.
        case multipleOS
        /// The operating system is none that can be cleaned, such as Windows.
        case unsupportedOS
        /// A volume of the disk is encrypted, and no key that was given opens it.
        case encrypted
        /// A file system of the guest is damaged, or was not left by a shutdown.
        case brokenFilesystem
        /// The disk cannot be made smaller.
        case cannotShrink
        /// The root file system cannot start without the rest of the disk.
        case notSeparable
        /// The operating system is not the one that was asked for.
        case unexpectedOS
        /// The installer's stamp is not on the disk, so the install is not proven.
        case stampMissing
        /// The installer's stamp is another bake's.
        case stampWrong
        /// A request names a sysprep operation that does not exist.
        case unknownOperation
        /// The disk image cannot be read.
        case diskUnreadable
        /// Another process, a guest for example, has the disk image open.
        case diskInUse
        /// QEMU could not write what the appliance wrote: the host's disk is full.
        case hostDisk
        /// The appliance was not done in time.
        case deadline
        /// The appliance was killed, by us neither for a cancellation nor for another reason.
        case applianceDied
        /// A call failed in the appliance.
        case operation
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done: libguestfs' name of the call, or the name of a sysprep operation.
    public let operation: String
    /// What happened, lower case, no full stop.
    public let message: String
    /// What to do about it, where something can be done.
    public let hint: String?
    /// The system's error number where the call gave one; 0 otherwise.
    let errno: Int32

    /// An error of this module.
    public init(_ code: Code, _ operation: String, _ message: String, hint: String? = nil) {
        self.init(code, operation, message, hint: hint, errno: 0)
    }

    init(_ code: Code, _ operation: String, _ message: String, hint: String? = nil, errno: Int32) {
        self.code = code
        self.operation = operation
        self.message = message
        self.hint = hint
        self.errno = errno
    }

    /// The failure of an appliance that QEMU stopped.
    ///
    /// - Parameters:
    ///   - reason: QEMU's own words: `write: No space left on device`.
    ///   - disks: The disks that it had.
    static func hostDisk(_ reason: String, _ disks: [GuestDisk]) -> GuestfsError {
        let written = disks.filter { !$0.readOnly }.map(\.path.string).joined(separator: ", ")
        let what = written.isEmpty ? "its temporary files" : written
        return GuestfsError(.hostDisk, "write", "QEMU could not go on with \(what): \(reason)")
    }

    /// The failure of an appliance that had to be ended after this time.
    static func late(_ deadline: Duration) -> GuestfsError {
        let minutes = deadline.components.seconds / 60
        return GuestfsError(
            .deadline,
            "run",
            "the appliance was not done after \(minutes > 0 ? "\(minutes) min" : "\(deadline.components.seconds) s")",
            hint: "a damaged file system can keep its driver busy for ever; a large disk may need a longer deadline"
        )
    }

    /// The failure of an appliance that somebody else ended.
    static func died(_ operation: String, _ how: String) -> GuestfsError {
        GuestfsError(
            .applianceDied,
            operation,
            "libguestfs' appliance was ended from outside: \(how)",
            hint: "see whether somebody or the system, for want of memory, killed QEMU; then run the same command"
        )
    }

    /// The message and what to do, in one line each.
    public var description: String {
        var text = "\(operation): \(message)"
        if let hint { text += "\n\(hint)" }
        return text
    }
}
