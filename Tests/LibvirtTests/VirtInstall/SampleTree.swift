import Foundation
import SystemPackage

/// An install tree with the `.treeinfo` layout of the real one, and some bytes for kernel and initrd.
enum SampleTree: String, CaseIterable, Sendable {
    case centos7, rocky8, rocky9, fedora41, debian12

    /// What virt-install takes it for (libosinfo's identifier); what it detects, save for Debian.
    var system: String {
        switch self {
        case .centos7: "http://centos.org/centos/7.0"
        case .rocky8: "http://rockylinux.org/rocky/8"
        case .rocky9: "http://rockylinux.org/rocky/9"
        // Newer than Debian 12's osinfo-db.
        case .fedora41: "http://fedoraproject.org/fedora/unknown"
        case .debian12: "http://debian.org/debian/11"
        }
    }

    /// The operating system of a recipe for it; the command line is the same for every Fedora.
    var os: String { self == .fedora41 ? "fedora45" : rawValue }

    /// What virt-install must be told: our own tree for Debian is no layout that it knows.
    var systemOptions: [String] {
        self == .debian12 ? ["--osinfo", "debian11"] : ["--osinfo", "detect=on,require=on"]
    }

    func write(to directory: FilePath) throws {
        let images = directory.appending("images").appending("pxeboot")
        try FileManager.default.createDirectory(atPath: images.string, withIntermediateDirectories: true)
        for name in ["vmlinuz", "initrd.img"] {
            try name.write(toFile: images.appending(name).string, atomically: true, encoding: .utf8)
        }
        try treeinfo.write(toFile: directory.appending(".treeinfo").string, atomically: true, encoding: .utf8)
    }

    private var treeinfo: String {
        switch self {
        case .centos7: Self.old
        case .rocky8: Self.productmd("Rocky Linux", short: "Rocky", version: "8.10", variants: ["BaseOS", "AppStream"])
        case .rocky9: Self.productmd("Rocky Linux", short: "Rocky", version: "9.4", variants: ["BaseOS", "AppStream"])
        case .fedora41: Self.productmd("Fedora", short: "Fedora", version: "41", variants: ["Server"])
        case .debian12: Self.own
        }
    }

    // EL7's, from before productmd's format 1.0.
    private static let old = """
        [general]
        name = CentOS-7
        family = CentOS
        timestamp = 1604001756.22
        variant =
        version = 7
        packagedir =
        arch = x86_64

        [stage2]
        mainimage = LiveOS/squashfs.img

        [images-x86_64]
        kernel = images/pxeboot/vmlinuz
        initrd = images/pxeboot/initrd.img
        boot.iso = images/boot.iso

        [images-xen]
        kernel = images/pxeboot/vmlinuz
        initrd = images/pxeboot/initrd.img

        """

    // productmd's format 1.2, with the sections that it writes for older readers.
    private static func productmd(_ name: String, short: String, version: String, variants: [String]) -> String {
        let main = variants[0]
        return """
            [checksums]
            images/pxeboot/initrd.img = sha256:\(String(repeating: "ab", count: 32))
            images/pxeboot/vmlinuz = sha256:\(String(repeating: "cd", count: 32))

            [general]
            ; WARNING.0 = This section provides compatibility with pre-productmd treeinfos.
            ; WARNING.1 = Read productmd documentation for details about new format.
            arch = x86_64
            family = \(name)
            name = \(name) \(version)
            packagedir = Packages
            platforms = x86_64,xen
            repository = .
            timestamp = 1716738300
            variant = \(main)
            variants = \(variants.joined(separator: ","))
            version = \(version)

            [header]
            type = productmd.treeinfo
            version = 1.2

            [images-x86_64]
            efiboot.img = images/efiboot.img
            initrd = images/pxeboot/initrd.img
            kernel = images/pxeboot/vmlinuz

            [images-xen]
            initrd = images/pxeboot/initrd.img
            kernel = images/pxeboot/vmlinuz

            [release]
            name = \(name)
            short = \(short)
            version = \(version)

            [stage2]
            mainimage = images/install.img

            [tree]
            arch = x86_64
            build_timestamp = 1716738300
            platforms = x86_64,xen
            variants = \(variants.joined(separator: ","))

            [variant-\(main)]
            id = \(main)
            name = \(main)
            packages = Packages
            repository = .
            type = variant
            uid = \(main)

            """
    }

    // As installer/build-tree writes it.
    private static let own = """
        [general]
        family = Debian
        name = Debian 12
        version = 12
        arch = x86_64
        timestamp = 1716738300
        platforms = x86_64

        [images-x86_64]
        kernel = images/pxeboot/vmlinuz
        initrd = images/pxeboot/initrd.img

        [checksums]
        images/pxeboot/vmlinuz = sha256:\(String(repeating: "cd", count: 32))
        images/pxeboot/initrd.img = sha256:\(String(repeating: "ab", count: 32))

        """
}
