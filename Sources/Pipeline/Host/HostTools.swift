import DiskImages
import Guestfs
import SystemPackage

/// The versions that enter fingerprints.
enum HostTools {
    static func versions(_ qemuImg: QemuImg) async -> Fingerprints.ToolVersions {
        async let image = try? qemuImg.version()
        var qemu = "none"
        if let program = Tools.find("qemu-system-x86_64") { qemu = await Tools.version(of: program) ?? "unknown" }
        return Fingerprints.ToolVersions(
            qemu: qemu,
            qemuImg: await image ?? "unknown",
            libguestfs: GuestfsLibrary.version,
            imagebake: Tools.identity(of: "/proc/self/exe")
        )
    }
}
