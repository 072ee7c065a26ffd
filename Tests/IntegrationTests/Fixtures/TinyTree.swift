import Foundation
import SystemPackage
import Testing

/// An install tree whose installer is one shell script in an initrd of a megabyte.
struct TinyTree: Sendable {
    /// The newest kernel of this machine that can be read.
    static let hostKernel: FilePath? = Disk.names("/boot").filter { $0.hasPrefix("vmlinuz") }.reversed()
        .map { FilePath("/boot").appending($0) }.first { access($0.string, R_OK) == 0 }

    /// Makes a tree that boots.
    ///
    /// - Parameters:
    ///   - name: Its directory in the lab.
    ///   - script: What the guest's first process does, in busybox' shell, with /proc mounted.
    ///   - files: Files of the initrd's root directory besides, by their names.
    ///   - hasDevices: Whether the guest's disk is to be there, as /dev/vda, and its ports, below /sys/class/virtio-ports.
    static func make(
        _ name: String,
        in lab: Lab,
        script: String,
        files: [String: FilePath] = [:],
        hasDevices: Bool = false
    ) async throws -> FilePath {
        guard let kernel = hostKernel else { throw Trouble("no kernel in /boot can be read") }
        let root = lab.root.appending("\(name)-initrd")
        for directory in ["bin", "proc", "dev", "sys"] { try Disk.make(root.appending(directory)) }
        let busybox = try await lab.tool("sh", "-c", "command -v busybox")
        _ = try await lab.tool("cp", busybox, "\(root)/bin/busybox")
        for (name, file) in files { _ = try await lab.tool("cp", file.string, "\(root)/\(name)") }
        let preparation = hasDevices ? try await addDrivers(of: kernel, to: root, in: lab) : ""
        try Disk.write(
            "#!/bin/busybox sh\n/bin/busybox mount -t proc proc /proc\n\(preparation)\(script)\n",
            to: root.appending("init")
        )
        chmod(root.appending("init").string, 0o755)
        let tree = lab.root.appending(name)
        let pictures = tree.appending("images").appending("pxeboot")
        try Disk.make(pictures)
        _ = try await lab.tool("cp", kernel.string, "\(pictures)/vmlinuz")
        // The kernel opens /dev/console for its first process before that could make it.
        _ = try await lab.tool(
            "sh",
            "-c",
            """
            set -e; cd '\(root)'; [ -e dev/console ] || mknod dev/console c 5 1 2>/dev/null || true
            find . | cpio --quiet -R 0:0 -o -H newc >'\(pictures)/initrd.img'
            """
        )
        try await writeTreeinfo(tree, in: lab)
        return tree
    }

    /// Copies the modules without which the kernel has neither disk nor ports, and returns what loads them; those that are built in are no files.
    private static func addDrivers(of kernel: FilePath, to root: FilePath, in lab: Lab) async throws -> String {
        let version = kernel.lastComponent?.string.replacing("vmlinuz-", with: "") ?? ""
        try Disk.make(root.appending("modules"))
        let order = [
            "virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", "virtio_blk",
            "virtio_console",
        ]
        _ = try await lab.tool(
            "sh",
            "-c",
            """
            set -e; for name in \(order.joined(separator: " ")); do
                find /lib/modules/\(version)/kernel -name $name.ko | xargs -r cp -t '\(root)/modules'
            done
            """
        )
        let loads = order.map { "[ ! -e /modules/\($0).ko ] || /bin/busybox insmod /modules/\($0).ko\n" }.joined()
        return loads + "/bin/busybox mount -t devtmpfs dev /dev\n/bin/busybox mount -t sysfs sys /sys\n"
    }

    /// Makes a tree of the right form that could not boot: for what fails before it would.
    static func makeHollow(_ name: String, in lab: Lab, initrdMebibytes: Int = 1) async throws -> FilePath {
        let tree = lab.root.appending(name)
        let pictures = tree.appending("images").appending("pxeboot")
        try Disk.write("no kernel\n", to: pictures.appending("vmlinuz"))
        try Disk.write(Data(count: initrdMebibytes << 20), to: pictures.appending("initrd.img"))
        try await writeTreeinfo(tree, in: lab)
        return tree
    }

    private static func writeTreeinfo(_ tree: FilePath, in lab: Lab) async throws {
        // A Debian tree has a payload; nobody here comes so far as to fetch it.
        var sums = ["LiveOS/rootfs.tar = sha256:\(String(repeating: "0", count: 64))"]
        for name in ["images/pxeboot/vmlinuz", "images/pxeboot/initrd.img"] {
            let sum = try await lab.tool("sha256sum", "\(tree)/\(name)").prefix(64)
            sums.append("\(name) = sha256:\(sum)")
        }
        try Disk.write(
            """
            [general]
            family = Debian
            version = 12
            arch = x86_64

            [images-x86_64]
            kernel = images/pxeboot/vmlinuz
            initrd = images/pxeboot/initrd.img

            [checksums]
            \(sums.joined(separator: "\n"))

            """,
            to: tree.appending(".treeinfo")
        )
    }
}
