import DiskImages
import Guestfs
import Libvirt
import SystemPackage

/// The versions that enter fingerprints.
enum HostTools {
    /// Asks for them.
    ///
    /// - Parameters:
    ///   - qemuImg: This machine's.
    ///   - host: What runs the guests, where that is not this machine: its QEMU is the one that counts then, and what it can do.
    static func versions(_ qemuImg: QemuImg, of host: HostVersions? = nil) async -> Fingerprints.ToolVersions {
        async let image = try? qemuImg.version()
        var qemu = "none"
        if let host {
            qemu = "\(host.qemu) on another machine, \(host.architecture), \(host.offersKVM ? "KVM" : "TCG")"
        } else if let program = Tools.find("qemu-system-x86_64") {
            qemu = await Tools.version(of: program) ?? "unknown"
        }
        return Fingerprints.ToolVersions(
            qemu: qemu,
            qemuImg: await image ?? "unknown",
            libguestfs: GuestfsLibrary.version,
            imagebake: Tools.identity(of: "/proc/self/exe")
        )
    }
}
