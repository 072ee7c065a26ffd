import DiskImages
import Foundation
import Guestfs
import Libvirt
import SystemPackage

/// Says what this machine has, what it lacks, and how to get it.
public struct Doctor: Sendable {
    /// One thing that was looked at.
    public struct Finding: Codable, Equatable, Sendable {
        /// How it is.
        public enum State: String, Codable, Sendable {
            /// It is there and works.
            case fine
            /// It is missing, but something else does, or few recipes need it.
            case degraded
            /// It is missing, and a bake needs it.
            case missing
        }

        /// What was looked at.
        public let name: String
        /// How it is.
        public let state: State
        /// What was found.
        public let found: String
        /// How to get it; nil where nothing has to be done.
        public let remedy: String?
    }

    private let home: Home
    private let hypervisor: Hypervisor

    /// Creates a doctor; looks at nothing yet.
    public init(home: Home, connect: String?) {
        self.home = home
        hypervisor = Hypervisor(connect: connect, home: home)
    }

    /// Looks at everything.
    public func examine() async -> [Finding] {
        var findings: [Finding] = []
        findings.append(await program("qemu-system-x86_64", package: "qemu-system-x86", for: "guests"))
        findings.append(await program("qemu-img", package: "qemu-utils", for: "disk images"))
        findings.append(await program("qemu-nbd", package: "qemu-utils", for: "the proof that an image is clean"))
        findings += await hypervisorAndAccelerator()
        findings += appliance()
        for (name, package) in [("mmdebstrap", "mmdebstrap"), ("xorriso", "xorriso"), ("cpio", "cpio")] {
            findings.append(await program(name, package: package, for: "building the Debian install tree"))
        }
        findings.append(
            await program("gpgv", package: "gpgv", for: "signed checksums of media ('install.pin')", isOptional: true)
        )
        findings.append(
            await program("swtpm", package: "swtpm swtpm-tools", for: "'machine.tpm'", isOptional: true)
        )
        findings += [
            directory("bakes", home.bakes), directory("cache", home.cache), directory("registry", home.registry),
        ]
        return findings
    }

    private func program(
        _ name: String,
        package: String,
        for purpose: String,
        isOptional: Bool = false
    ) async -> Finding {
        guard let path = Tools.find(name) else {
            return Finding(
                name: name,
                state: isOptional ? .degraded : .missing,
                found: "not on PATH; needed for \(purpose)",
                remedy: "apt-get install \(package)"
            )
        }
        return Finding(name: name, state: .fine, found: await Tools.version(of: path) ?? path.string, remedy: nil)
    }

    private func hypervisorAndAccelerator() async -> [Finding] {
        do {
            let connection = try await hypervisor.connect(home: home)
            let version = (try? await connection.hypervisorVersion()) ?? "unknown"
            let found = "libvirt \(Connection.libraryVersion) at \(hypervisor.uri), QEMU \(version)"
            var findings = [
                Finding(name: "libvirt", state: .fine, found: found, remedy: nil),
                await accelerator(on: connection),
                await firmware(on: connection),
            ]
            if hypervisor.isRemote { findings.append(await storage(on: connection)) }
            return findings
        } catch {
            return [
                Finding(
                    name: "libvirt",
                    state: .missing,
                    found: ([error.message] + error.details.filter { $0.label == "cause" }.map(\.text)).joined(
                        separator: ": "
                    ),
                    remedy: hypervisor.isRemote
                        ? "docs/remote.md says what the host needs"
                        : "apt-get install libvirt-daemon-system qemu-system-x86"
                )
            ]
        }
    }

    /// Where the files of a remote guest would go.
    private func storage(on connection: Connection) async -> Finding {
        do {
            guard let pool = try await connection.storagePool("default"), try await pool.isActive(),
                let directory = try await pool.directory()
            else {
                return Finding(
                    name: "storage",
                    state: .fine,
                    found: "no storage pool 'default' of files; a bake makes one of its own",
                    remedy: nil
                )
            }
            let free = ByteText.text(try await pool.freeBytes())
            return Finding(
                name: "storage",
                state: .fine,
                found: "the storage pool 'default' in \(directory), \(free) free",
                remedy: nil
            )
        } catch {
            return Finding(
                name: "storage",
                state: .missing,
                found: error.description,
                remedy: "docs/remote.md says what the host needs"
            )
        }
    }

    private func accelerator(on connection: Connection) async -> Finding {
        do {
            let uuid = UUID().uuidString.lowercased()
            let work = home.work.appending("probe-\(uuid)")
            defer { try? Files.remove(work) }
            var kernel: AcceleratorProbe.Kernel?
            // Where nothing can be written, the firmware alone is asked; 'home' is told of by itself.
            if !hypervisor.isRemote, (try? Files.makeDirectory(work)) != nil {
                kernel = try? ProbeKernel.prepare(in: work)
            }
            let answer = try await AcceleratorProbe.run(on: connection, kernel: kernel, uuid: uuid)
            AcceleratorMemory(home: home, hypervisor: hypervisor).remember(answer)
            guard let reason = answer.reason else {
                return Finding(
                    name: "accelerator",
                    state: .fine,
                    found: "KVM; a guest was started under it",
                    remedy: nil
                )
            }
            return Finding(
                name: "accelerator",
                state: .degraded,
                found: "TCG only, 5 to 10 times as slow: \(reason)",
                remedy:
                    "a machine with virtualisation in its firmware, or nested virtualisation, and access to /dev/kvm"
            )
        } catch {
            return Finding(
                name: "accelerator",
                state: .missing,
                found: "no guest starts: \(error.message)",
                remedy: "see the log of QEMU that the message names"
            )
        }
    }

    private func firmware(on connection: Connection) async -> Finding {
        guard let firmware = try? await connection.firmware(of: "x86_64"), firmware.hasUEFI else {
            return Finding(
                name: "firmware",
                state: .degraded,
                found: "BIOS only; UEFI is needed for 'machine.firmware: uefi' and 'secure-boot'",
                remedy: "apt-get install ovmf"
            )
        }
        return Finding(name: "firmware", state: .fine, found: "BIOS and UEFI", remedy: nil)
    }

    private func appliance() -> [Finding] {
        let kernels = Files.names(in: "/boot").filter { $0.hasPrefix("vmlinuz") }
        let readable = kernels.filter { access("/boot/\($0)", R_OK) == 0 }
        let kernel: Finding
        if let newest = readable.last {
            kernel = Finding(
                name: "libguestfs",
                state: .fine,
                found: "version \(GuestfsLibrary.version), kernel /boot/\(newest)",
                remedy: nil
            )
        } else if kernels.isEmpty {
            kernel = Finding(
                name: "libguestfs",
                state: .missing,
                found: "no kernel in /boot for its appliance",
                remedy: "apt-get install linux-image-cloud-amd64"
            )
        } else {
            kernel = Finding(
                name: "libguestfs",
                state: .missing,
                found: "the kernels in /boot cannot be read",
                remedy: "chmod 0644 /boot/vmlinuz-*"
            )
        }
        guard Tools.find("supermin") == nil else { return [kernel] }
        return [
            kernel,
            Finding(
                name: "supermin",
                state: .missing,
                found: "not on PATH",
                remedy: "apt-get install libguestfs0 supermin"
            ),
        ]
    }

    private func directory(_ name: String, _ path: FilePath) -> Finding {
        var existing = path
        while !Files.exists(existing), existing.removeLastComponent() {}
        guard access(existing.string, W_OK) == 0 else {
            return Finding(
                name: name,
                state: .missing,
                found: "\(path) cannot be written",
                remedy: "chown \(existing), or set IMAGEBAKE_HOME"
            )
        }
        guard let free = DiskSpace.free(at: existing) else {
            return Finding(name: name, state: .fine, found: path.string, remedy: nil)
        }
        // A tree of 1 GiB, a disk of 1 GiB and its artefact, and room for the guest's writes.
        let needed: Int64 = 4 << 30
        return Finding(
            name: name,
            state: free < needed ? .degraded : .fine,
            found: "\(path), \(ByteText.text(free)) free",
            remedy: free < needed ? "a bake needs some \(ByteText.text(needed)); free some, or set IMAGEBAKE_HOME" : nil
        )
    }
}
