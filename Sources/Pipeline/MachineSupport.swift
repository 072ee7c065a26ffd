import Foundation
import Libvirt
import Recipes

/// Whether the machine of a hypervisor can run a recipe's guest.
enum MachineSupport {
    /// Refuses a guest of another architecture, which would take hours, before anything is fetched for it.
    ///
    /// A remote hypervisor is asked once it is connected to.
    /// - Throws: ``Failure`` with ``ExitStatus/unavailable``.
    static func require(_ recipe: Recipe, for hypervisor: Hypervisor) throws(Failure) {
        guard !hypervisor.isRemote else { return }
        var name = utsname()
        uname(&name)
        let host = withUnsafeBytes(of: &name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard host != recipe.architecture.rawValue else { return }
        throw Failure(
            .unavailable,
            "\(recipe.file) is for \(recipe.architecture.rawValue), and this machine is \(host)",
            ["next": "bake it on such a machine; 'imagebake render' works here"]
        )
    }

    /// Refuses what a remote hypervisor's host cannot run, before anything is carried to it.
    ///
    /// - Throws: ``Failure`` with ``ExitStatus/unavailable``, and ``LibvirtError``.
    static func require(_ recipe: Recipe, on connection: Connection) async throws {
        let name = recipe.architecture.rawValue
        let capabilities = try await connection.capabilities()
        guard capabilities.architecture == name else {
            throw Failure(
                .unavailable,
                "\(recipe.file) is for \(name), and \(connection.uri) is \(capabilities.architecture)",
                ["next": "name such a machine with --connect"]
            )
        }
        guard capabilities.guests.contains(name) else {
            throw Failure(
                .unavailable,
                "\(connection.uri) has no QEMU for \(name)",
                ["next": "install it there (Debian, Ubuntu: apt-get install qemu-system)"]
            )
        }
        guard recipe.machine.firmware != .bios else { return }
        let firmware = try await connection.firmware(of: name)
        let isThere = recipe.machine.firmware == .secureBoot ? firmware.hasSecureBoot : firmware.hasUEFI
        guard !isThere else { return }
        let what = recipe.machine.firmware == .secureBoot ? "firmware with Secure Boot" : "UEFI firmware"
        throw Failure(
            .unavailable,
            "\(connection.uri) has no \(what) for \(name)",
            ["next": "install it there (Debian, Ubuntu: apt-get install ovmf, or qemu-efi-aarch64)"]
        )
    }
}
