import CGuestfs
import Dispatch
import Glibc
import Synchronization
import SystemPackage

/// The hold on one appliance from outside the thread that is blocked in it: what cancellation acts on.
///
/// While `guestfs_launch` or any other call runs, the handle's lock is taken, and libguestfs has no way to interrupt it:
/// `guestfs_user_cancel` reaches uploads and downloads only. So a cancelled session's QEMU is killed; the blocked
/// call then fails at once. QEMU is found by being our child and having the lease's name among its arguments.
final class ApplianceLease: Sendable {
    /// Why an appliance was ended that nobody cancelled.
    enum Stop: Equatable {
        /// QEMU has stopped it, and says why.
        case hostDisk(String)
        /// It ran for longer than this.
        case deadline(Duration)
    }

    private struct State {
        var cancelled = false
        var finished = false
        var stop: Stop?
    }

    /// A new directory of this session alone, 0700.
    let directory: FilePath
    private let state = Mutex(State())

    init(in parent: FilePath?) throws {
        let variable = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        let base = parent ?? FilePath(variable.isEmpty ? "/tmp" : variable)
        directory = try HostFiles.makeTemporaryDirectory(in: base, prefix: "imagebake-guestfs-")
    }

    /// The name of QEMU's guest, that of the directory: no other session has it.
    var name: String {
        directory.lastComponent?.string ?? "imagebake-guestfs"
    }

    var isCancelled: Bool {
        state.withLock(\.cancelled)
    }

    /// Ends the session's appliance, now and for as long as the session tries to start one.
    func cancel() {
        let first = state.withLock { state in
            defer { state.cancelled = true }
            return !state.cancelled && !state.finished
        }
        if first { killUntilFinished() }
    }

    /// Why the session was ended; nil where it was not.
    var stop: Stop? {
        state.withLock(\.stop)
    }

    /// Ends the session's appliance: every call would wait for ever, or did for long enough.
    func end(_ reason: Stop) {
        let first = state.withLock { state in
            defer { state.stop = state.stop ?? reason }
            return state.stop == nil && !state.cancelled && !state.finished
        }
        if first { killUntilFinished() }
    }

    /// To be called when the session is closed; removes the directory.
    func finish() {
        state.withLock { $0.finished = true }
        HostFiles.removeTree(directory)
    }

    private func killUntilFinished() {
        if state.withLock(\.finished) { return }
        for process in Self.children(mentioning: name) { Self.kill(process) }
        // The appliance may be just about to start, so look again until the session has given up.
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(50)) { self.killUntilFinished() }
    }

    private static func kill(_ process: pid_t) {
        // With set_pgroup QEMU leads a group of its own; a child that has not come that far is killed alone.
        if getpgid(process) == process { Glibc.kill(-process, SIGKILL) } else { Glibc.kill(process, SIGKILL) }
    }

    /// Our own children that have this text in their arguments.
    static func children(mentioning text: String) -> [pid_t] {
        let ourselves = String(getpid())
        return HostFiles.names(in: "/proc").compactMap { name -> pid_t? in
            guard let process = pid_t(name), let stat = HostFiles.read(FilePath("/proc/\(name)/stat")),
                // The name in parentheses may hold anything, also ')': the fields begin after the last one.
                let end = stat.lastIndex(of: UInt8(ascii: ")"))
            else { return nil }
            let fields = stat[(end + 1)...].split(separator: UInt8(ascii: " "))
            guard fields.count > 1, String(decoding: fields[1], as: UTF8.self) == ourselves,
                let arguments = HostFiles.read(FilePath("/proc/\(name)/cmdline"))
            else { return nil }
            return String(decoding: arguments, as: UTF8.self).contains(text) ? process : nil
        }
    }
}
