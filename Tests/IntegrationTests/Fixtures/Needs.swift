import Foundation
import SystemPackage
import TestSupport
import Testing

/// Something that a test cannot do without.
enum Need: Sendable {
    /// QEMU, its tools and libvirt's driver for it.
    case guests
    /// A kernel and supermin for libguestfs' appliance.
    case appliance
    /// What builds the Debian tree.
    case debianTree
    /// What makes an initrd: busybox, cpio.
    case initrd
    /// Root, or whoever may make a mount namespace and be root in it.
    case namespaces
    /// Root: a guest is started inside a namespace, which libvirt for other users does elsewhere and cannot do for a root who is none
    /// outside; or another user's file is needed.
    case root
    /// python3, for a web server.
    case python
    /// rpmbuild, for the stand-in tree.
    case rpm
    /// xorriso, for a seed disk.
    case xorriso
    /// A second libvirtd, that of a remote host.
    case remoteHost
    /// What makes file systems in files.
    case diskTools
    /// UEFI firmware for guests, with Secure Boot and without.
    case ovmf

    /// What is missing; nil where all is there.
    var lack: String? {
        switch self {
        case .guests:
            if let lack = Self.programs(["qemu-system-x86_64": "qemu-system-x86", "qemu-img": "qemu-utils"]) {
                return lack
            }
            let drivers = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"]
            let isThere = drivers.contains {
                Disk.exists(FilePath("\($0)/libvirt/connection-driver/libvirt_driver_qemu.so"))
            }
            return isThere ? nil : "libvirt's driver for QEMU is missing: apt-get install libvirt-daemon-system"
        case .appliance:
            if let lack = Self.programs(["supermin": "supermin"]) { return lack }
            return TinyTree.hostKernel == nil
                ? "no kernel in /boot can be read: apt-get install linux-image-cloud-amd64" : nil
        case .debianTree:
            return Self.programs(["mmdebstrap": "mmdebstrap", "xorriso": "xorriso"])
        case .initrd:
            if TinyTree.hostKernel == nil {
                return "no kernel in /boot can be read: apt-get install linux-image-cloud-amd64"
            }
            return Self.programs(["busybox": "busybox-static", "cpio": "cpio"])
        case .namespaces:
            return Self.programs(["unshare": "util-linux", "mount": "mount"]) ?? Self.namespaceLack
        case .root:
            return Self.programs(["setpriv": "util-linux"]) ?? (geteuid() == 0 ? nil : "only root can do this")
        case .python:
            return Self.programs(["python3": "python3"])
        case .remoteHost:
            return RemoteLibvirtd.lack ?? Self.programs(["virsh": "libvirt-clients", "xorriso": "xorriso"])
        case .diskTools:
            return Self.programs([
                "mke2fs": "e2fsprogs", "sfdisk": "fdisk", "mkswap": "util-linux", "cryptsetup": "cryptsetup-bin",
            ])
        case .ovmf:
            let files = ["OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd", "OVMF_CODE_4M.ms.fd", "OVMF_VARS_4M.ms.fd"]
            return files.allSatisfy { Disk.exists(Firmware.directory.appending($0)) }
                ? nil : "UEFI firmware is missing: apt-get install ovmf"
        case .rpm:
            return Self.programs(["rpmbuild": "rpm", "cpio": "cpio"])
        case .xorriso:
            return Self.programs(["xorriso": "xorriso", "ssh-keygen": "openssh-client"])
        }
    }

    /// Whether the lack is one of rights, which no package gives: `make test` works for an ordinary user too.
    var isRight: Bool {
        switch self {
        case .namespaces, .root: geteuid() != 0
        default: false
        }
    }

    /// Why no namespace can be made; to have `unshare` is not enough where the kernel or a container forbids it.
    private static let namespaceLack: String? = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["unshare", "--mount"] + (geteuid() == 0 ? [] : ["--map-root-user"]) + ["true"]
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
            process.waitUntilExit()
        } catch {
            return "unshare does not start: \(error)"
        }
        return process.terminationStatus == 0 ? nil : "this machine lets this user make no namespaces"
    }()

    private static func programs(_ packages: [String: String]) -> String? {
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/sbin"
        let directories = path.split(separator: ":")
        let missing = packages.keys.sorted().filter { program in
            !directories.contains { access("\($0)/\(program)", X_OK) == 0 }
        }
        guard !missing.isEmpty else { return nil }
        let names = missing.compactMap { packages[$0] }.joined(separator: " ")
        return "\(missing.joined(separator: ", ")) missing: apt-get install \(names)"
    }
}

/// Skips a test on a machine that lacks what it needs; in CI, where everything is to be there, the test fails, save for want of rights.
struct Needs: TestTrait, SuiteTrait, TestScoping {
    let needs: [Need]
    let isRecursive = true

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let lacks = needs.compactMap { need in need.lack.map { Lack(reason: $0, isRight: need.isRight) } }
        switch Self.verdict(on: lacks, inCI: ContinuousIntegration.isHere) {
        case .run: try await function()
        case .skip(let reason): try Test.cancel("\(reason)")
        case .fail(let reason): throw Trouble("in CI: \(reason)")
        }
    }

    /// Something that is missing.
    struct Lack: Sendable {
        let reason: String
        let isRight: Bool
    }

    /// What becomes of a test.
    enum Verdict: Equatable, Sendable {
        case run
        case skip(String)
        case fail(String)
    }

    /// What becomes of a test that lacks something.
    static func verdict(on lacks: [Lack], inCI: Bool) -> Verdict {
        // Without the right the test would not run, whatever else is missing.
        guard let lack = lacks.first(where: \.isRight) ?? lacks.first else { return .run }
        return lack.isRight || !inCI ? .skip(lack.reason) : .fail(lack.reason)
    }
}

extension Trait where Self == Needs {
    /// What a test cannot do without.
    static func needs(_ needs: Need...) -> Needs { Needs(needs: needs) }
}
