import Foundation
import SystemPackage

/// Whether QEMU, which root's libvirt runs as another user, can get at a file.
enum GuestAccess {
    /// The first directory on the way to a file that others may not pass.
    static func blockingDirectory(of file: FilePath) -> FilePath? {
        var directory = FilePath(file.string).removingLastComponent()
        var blocking: FilePath?
        while true {
            var status = stat()
            if stat(directory.string, &status) == 0, status.st_mode & S_IXOTH == 0 { blocking = directory }
            guard directory.removeLastComponent() else { return blocking }
        }
    }

    static func isReadableByAll(_ file: FilePath) -> Bool {
        var status = stat()
        return stat(file.string, &status) == 0 && status.st_mode & S_IROTH != 0
    }

    /// Throws where a hypervisor cannot share this machine's files with this user.
    static func require(_ hypervisor: Hypervisor) throws(Failure) {
        guard !hypervisor.isRemote, geteuid() != 0, URLComponents(string: hypervisor.uri)?.path == "/system" else {
            return
        }
        throw Failure(
            .badConfiguration,
            "\(hypervisor.uri) runs guests as another user, which would own the disks and keep them from you",
            ["next": "use '--connect qemu:///session', or unset LIBVIRT_DEFAULT_URI, or run as root"]
        )
    }

    /// Throws where a guest's disk in `directory` could not be opened.
    static func require(_ directory: FilePath, for hypervisor: Hypervisor) throws(Failure) {
        guard hypervisor.switchesUser, let blocking = blockingDirectory(of: directory.appending("disk")) else { return }
        throw Failure(
            .notPermitted,
            "QEMU runs as another user and cannot pass \(blocking), below which the guest's disk would lie",
            ["next": "'chmod o+x \(blocking)', or set IMAGEBAKE_HOME to a directory that others may pass"]
        )
    }
}

extension Hypervisor {
    /// Whether QEMU runs as another user than imagebake: so it does where root's libvirt starts it.
    var switchesUser: Bool {
        geteuid() == 0 && (embeddedRoot != nil || uri.hasPrefix("qemu:///system") || uri.hasPrefix("qemu:///embed"))
    }
}
