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
        /// More than one operating system was found on the disk.
        case multipleOS
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

    /// The message and what to do, in one line each.
    public var description: String {
        var text = "\(operation): \(message)"
        if let hint { text += "\n\(hint)" }
        return text
    }
}
