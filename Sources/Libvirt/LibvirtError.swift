import CLibvirt

/// An error of libvirt, in its own words.
///
/// The codes are those of `virErrorNumber` (libvirt's virterror.h) that a caller treats differently; every other one is
/// ``Code/other``.
public struct LibvirtError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The reasons that callers tell apart.
    public enum Code: Equatable, Sendable {
        /// The hypervisor or its daemon cannot be reached.
        case noConnection
        /// A connection that was there is gone: its daemon ended, or the host no longer answers.
        case connectionLost
        /// There is no such domain, or it has just stopped.
        case noDomain
        /// There is no such storage pool.
        case noStoragePool
        /// There is no such storage volume.
        case noStorageVolume
        /// The operation does not fit the domain's state.
        case operationInvalid
        /// The driver does not support what was asked.
        case unsupported
        /// The driver or the daemon refuses, or a file may not be read.
        case denied
        /// A domain of this name or UUID runs already.
        case alreadyExists
        /// A domain of this name has just stopped, and libvirt has not removed it yet.
        case beingRemoved
        /// The definition cannot work; libvirt was not asked.
        case invalidDefinition
        /// A file of this machine could not be read or written, with the value of `errno`.
        case localFile(Int32)
        /// The task was cancelled.
        case cancelled
        /// Any other code of `virErrorNumber`, kept as it came.
        case other(Int32)
    }

    /// Why it failed.
    public let code: Code
    /// The libvirt call or the step that failed, such as `create domain`.
    public let operation: String
    /// What libvirt says, untranslated; it may span lines.
    public let message: String

    /// Creates an error.
    public init(code: Code, operation: String, message: String) {
        self.code = code
        self.operation = operation
        self.message = message
    }

    /// The operation and libvirt's message on one line.
    public var description: String { "cannot \(operation): \(message)" }

    /// The calling thread's last libvirt error.
    ///
    /// libvirt keeps it per thread, so this must be called in the same synchronous function as the call that failed, never
    /// after a suspension.
    static func last(_ operation: String) -> LibvirtError {
        guard let error = virGetLastError() else {
            return LibvirtError(code: .other(0), operation: operation, message: "libvirt gave no reason")
        }
        let message = error.pointee.message.map { String(cString: $0) } ?? "libvirt gave no reason"
        let number = virErrorNumber(UInt32(bitPattern: error.pointee.code))
        let domain = virErrorDomain(UInt32(bitPattern: error.pointee.domain))
        return LibvirtError(
            code: isLoss(number, domain) ? .connectionLost : isRemoval(number, message) ? .beingRemoved : Code(number),
            operation: operation,
            message: message
        )
    }

    /// The error of a libvirt call that was asked to end.
    static func cancelled(_ operation: String) -> LibvirtError {
        LibvirtError(code: .cancelled, operation: operation, message: "cancelled")
    }

    // What libvirt's client says once its socket is closed, whoever closed it: "client socket is closed", "End of file while reading
    // data", "connection closed due to keepalive timeout" (src/rpc, all of the domain VIR_FROM_RPC).
    private static func isLoss(_ number: virErrorNumber, _ domain: virErrorDomain) -> Bool {
        domain == VIR_FROM_RPC
            && [VIR_ERR_INTERNAL_ERROR, VIR_ERR_SYSTEM_ERROR, VIR_ERR_RPC].contains { $0.rawValue == number.rawValue }
    }

    // virDomainObjListAddLocked (src/conf/virdomainobjlist.c) has no code of its own for it. A daemon that speaks another language is
    // not understood, and its refusal stands.
    private static func isRemoval(_ number: virErrorNumber, _ message: String) -> Bool {
        number.rawValue == VIR_ERR_OPERATION_FAILED.rawValue && message.hasSuffix("is already being removed")
    }
}

extension LibvirtError.Code {
    fileprivate init(_ number: virErrorNumber) {
        switch number {
        case VIR_ERR_NO_CONNECT, VIR_ERR_INVALID_CONN, VIR_ERR_SYSTEM_ERROR, VIR_ERR_RPC: self = .noConnection
        case VIR_ERR_NO_DOMAIN: self = .noDomain
        case VIR_ERR_NO_STORAGE_POOL: self = .noStoragePool
        case VIR_ERR_NO_STORAGE_VOL: self = .noStorageVolume
        case VIR_ERR_OPERATION_INVALID: self = .operationInvalid
        case VIR_ERR_NO_SUPPORT, VIR_ERR_ARGUMENT_UNSUPPORTED, VIR_ERR_CONFIG_UNSUPPORTED: self = .unsupported
        case VIR_ERR_ACCESS_DENIED, VIR_ERR_AUTH_FAILED, VIR_ERR_OPERATION_DENIED: self = .denied
        case VIR_ERR_DOM_EXIST: self = .alreadyExists
        default: self = .other(Int32(bitPattern: number.rawValue))
        }
    }
}

/// Returns `result`, or throws the thread's last libvirt error where the call answered a negative number.
@discardableResult
func check(_ result: Int32, _ operation: String) throws(LibvirtError) -> Int32 {
    guard result >= 0 else { throw LibvirtError.last(operation) }
    return result
}
