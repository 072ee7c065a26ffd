import CLibvirt
import Foundation

/// libvirt's event loop, on one thread for the life of the process.
///
/// It must be registered before the first connection is opened and must run all the time (libvirt, src/util/virevent.c):
/// lifecycle events, keep-alives and streams stand still without it.
enum EventLoop {
    private static let started: Bool = {
        // libvirt writes each error to stderr unless a handler is set; ours come back as LibvirtError.
        virSetErrorFunc(nil) { _, _ in }
        guard virEventRegisterDefaultImpl() == 0 else { return false }
        let thread = Thread {
            while virEventRunDefaultImpl() == 0 {}
        }
        thread.name = "libvirt-events"
        thread.start()
        return true
    }()

    /// Starts the loop on the first call.
    static func start() throws(LibvirtError) {
        guard started else { throw LibvirtError.last("start libvirt's event loop") }
    }
}
