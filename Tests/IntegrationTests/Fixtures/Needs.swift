import Foundation
import SystemPackage
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
    /// Root, or whoever may make a mount namespace.
    case namespaces
    /// Root: QEMU is started inside a namespace, which libvirt for other users does elsewhere.
    case root
    /// python3, for a web server.
    case python
    /// rpmbuild, for the stand-in tree.
    case rpm
    /// xorriso, for a seed disk.
    case xorriso

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
            return Self.programs(["unshare": "util-linux", "mount": "mount"])
        case .root:
            return geteuid() == 0 ? nil : "only root can do this"
        case .python:
            return Self.programs(["python3": "python3"])
        case .rpm:
            return Self.programs(["rpmbuild": "rpm", "cpio": "cpio"])
        case .xorriso:
            return Self.programs(["xorriso": "xorriso", "ssh-keygen": "openssh-client"])
        }
    }

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

/// Skips a test on a machine that lacks what it needs; in CI, where everything is to be there, the test fails.
struct Needs: TestTrait, SuiteTrait, TestScoping {
    let needs: [Need]
    let isRecursive = true

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        if let lack = needs.lazy.compactMap(\.lack).first {
            guard ProcessInfo.processInfo.environment["CI"] ?? "" == "" else { throw Trouble("in CI: \(lack)") }
            try Test.cancel("\(lack)")
        }
        try await function()
    }
}

extension Trait where Self == Needs {
    /// What a test cannot do without.
    static func needs(_ needs: Need...) -> Needs { Needs(needs: needs) }
}
