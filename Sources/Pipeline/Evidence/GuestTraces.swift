import Diagnosis
import Libvirt
import Synchronization
import SystemPackage

/// What an install leaves behind of its guest, gathered while it is there: what the evidence of a failure is made of.
final class GuestTraces: Sendable {
    private struct State {
        var host: HostVersions?
        var storage: (any GuestStorage)?
        var domain: Domain?
        var screenshot: [UInt8]?
        var diagnosis: Diagnosis?
        var lacks: [String] = []
    }

    private let state = Mutex(State())

    /// What runs the guests of a remote hypervisor; nil for a local one, whose programs lie here.
    var host: HostVersions? {
        get { state.withLock { $0.host } }
        set { state.withLock { $0.host = newValue } }
    }

    /// Where the guest's files are; nil where no guest was prepared.
    var storage: (any GuestStorage)? {
        get { state.withLock { $0.storage } }
        set { state.withLock { $0.storage = newValue } }
    }

    /// The guest, while it may still be there.
    var domain: Domain? {
        get { state.withLock { $0.domain } }
        set { state.withLock { $0.domain = newValue } }
    }

    /// What its screen showed when the install failed, as PNG.
    var screenshot: [UInt8]? { state.withLock { $0.screenshot } }

    /// The line that ended the install; nil where none did.
    var diagnosis: Diagnosis? {
        get { state.withLock { $0.diagnosis } }
        set { state.withLock { $0.diagnosis = newValue } }
    }

    /// What could not be had, each with its reason.
    var lacks: [String] { state.withLock { $0.lacks } }

    /// Notes that something could not be had.
    func lack(_ what: String, _ error: any Error) { lack(what, reason: Self.reason(error)) }

    func lack(_ what: String, reason: String) {
        state.withLock { state in
            state.lacks.removeAll { $0.hasPrefix("\(what): ") }
            state.lacks.append("\(what): \(reason)")
        }
    }

    /// Takes a picture of the guest's screen before the guest is ended.
    func takeScreenshot() async {
        guard let domain else { return }
        do {
            let picture = try await domain.screenshot()
            let bytes = picture.type == "image/png" ? picture.bytes : PNGEncoder.encode(pixmap: picture.bytes)
            guard let bytes else {
                return lack("screenshot.png", reason: "QEMU gave a picture of the type \(picture.type)")
            }
            state.withLock { $0.screenshot = bytes }
        } catch {
            lack("screenshot.png", error)
        }
    }

    /// Lets go of guest and connection.
    func release() {
        state.withLock { ($0.storage, $0.domain) = (nil, nil) }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? LibvirtError, error.code == .connectionLost {
            return "the connection to libvirt is gone (\(error.message))"
        }
        return Failure(error).message
    }
}
