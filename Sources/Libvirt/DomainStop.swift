import CLibvirt

/// Why a guest stopped for good, as libvirt's lifecycle event tells it (`virDomainEventStoppedDetailType`).
public enum DomainStop: Equatable, Sendable {
    /// The guest shut itself off, or rebooted under `<on_reboot>destroy</on_reboot>`.
    case shutDown
    /// Somebody ended it from outside, or libvirt did on a reboot.
    case destroyed
    /// The guest or QEMU crashed.
    case crashed
    /// QEMU could not go on.
    case failed
    /// QEMU paused the guest because it could not read or write a disk: as a rule the host's disk is full.
    case diskError
    /// A detail that is none of the above.
    case other(Int32)

    init?(event: Int32, detail: Int32) {
        switch virDomainEventType(UInt32(bitPattern: event)) {
        case VIR_DOMAIN_EVENT_SUSPENDED where detail == Int32(VIR_DOMAIN_EVENT_SUSPENDED_IOERROR.rawValue):
            self = .diskError
        case VIR_DOMAIN_EVENT_CRASHED:
            self = .crashed
        case VIR_DOMAIN_EVENT_STOPPED:
            switch virDomainEventStoppedDetailType(UInt32(bitPattern: detail)) {
            case VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN: self = .shutDown
            case VIR_DOMAIN_EVENT_STOPPED_DESTROYED: self = .destroyed
            case VIR_DOMAIN_EVENT_STOPPED_CRASHED: self = .crashed
            case VIR_DOMAIN_EVENT_STOPPED_FAILED: self = .failed
            default: self = .other(detail)
            }
        default:
            return nil
        }
    }
}
