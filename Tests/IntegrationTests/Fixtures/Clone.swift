import Foundation
import SystemPackage
import Testing

/// A machine that a cloud would start from an image: a larger disk over it, and a seed for cloud-init (NoCloud).
struct Clone: Sendable {
    let image: FilePath
    /// The image's format.
    var format = "qcow2"
    /// The instance's id and host name.
    let name: String
    let userData: String

    /// Starts it by hand, with QEMU alone: nothing of imagebake is needed to use its images.
    ///
    /// - Parameter machine: QEMU's options for the firmware, or for a kernel in its place.
    /// - Returns: How QEMU ended, and what the guest printed.
    func boot(in lab: Lab, machine: [String]) async throws -> (result: CommandResult, serial: String) {
        let disk = lab.root.appending("\(name).qcow2")
        _ = try await lab.tool(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-b",
            image.string,
            "-F",
            format,
            disk.string,
            "12G"
        )
        let seed = try await makeSeed(in: lab)
        let serial = lab.root.appending("\(name).log")
        let result = try await lab.start(
            program: [
                // Some two minutes under TCG; a guest that does not switch itself off is not waited for without end.
                // One processor: translated ones burn the host's in waiting for each other.
                "timeout", "900", "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-smp",
                "1", "-m", "1024", "-nodefaults", "-display", "none", "-no-reboot", "-serial",
                "file:\(serial)", "-drive", "file=\(disk),if=virtio,format=qcow2,cache=unsafe",
                "-drive", "file=\(seed),if=virtio,format=raw,readonly=on", "-nic", "user,model=virtio",
                "-device", "virtio-rng-pci",
            ] + machine
        ).result()
        return (result, try Disk.text(serial))
    }

    private func makeSeed(in lab: Lab) async throws -> FilePath {
        let directory = lab.root.appending("\(name)-seed")
        try Disk.write("instance-id: \(name)\nlocal-hostname: \(name)\n", to: directory.appending("meta-data"))
        try Disk.write(userData, to: directory.appending("user-data"))
        let seed = lab.root.appending("\(name).iso")
        _ = try await lab.tool(
            "xorriso",
            "-as",
            "mkisofs",
            "-quiet",
            "-V",
            "cidata",
            "-J",
            "-r",
            "-o",
            seed.string,
            directory.string
        )
        return seed
    }

    /// What the guest said of itself, by name: lines `FACT name=value`.
    static func facts(_ serial: String) -> [String: String] {
        var facts: [String: String] = [:]
        for line in serial.split(whereSeparator: \.isNewline) {
            guard let match = line.firstMatch(of: #/FACT ([a-z-]+)=(.*)/#) else { continue }
            facts[String(match.1)] = String(match.2).trimmingCharacters(in: .whitespaces)
        }
        return facts
    }
}
