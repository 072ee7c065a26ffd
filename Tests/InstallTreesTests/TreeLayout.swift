/// Treeinfos in the layouts of real releases, written for the tests: sections, keys and their order are the real ones'
/// as far as they matter, digests and times are not.
struct TreeLayout: Sendable {
    let name: String
    let text: String
    let distribution: String
    let major: String
    let version: String
    var variant: String?
    /// `uid repository` of each.
    var variants: [String] = []
    var kernel = "images/pxeboot/vmlinuz"
    var mainImage: String?
    var hasChecksums = true
    var disc: Int?

    static let digest = String(repeating: "0123456789abcdef", count: 4)
    private static let boot = """
        [checksums]
        images/pxeboot/initrd.img = sha256:\(digest)
        images/pxeboot/vmlinuz = sha256:\(digest)

        [images-x86_64]
        boot.iso = images/boot.iso
        efiboot.img = images/efiboot.img
        initrd = images/pxeboot/initrd.img
        kernel = images/pxeboot/vmlinuz

        [images-xen]
        initrd = images/pxeboot/initrd.img
        kernel = images/pxeboot/vmlinuz

        """

    /// What productmd 1.x writes: `[general]` for the old readers, then the new sections.
    private static func productmd(
        _ family: String,
        short: String,
        _ version: String,
        variant: String,
        stage2: String = "images/install.img",
        _ variants: [(uid: String, base: String)],
        header: String = "type = productmd.treeinfo\nversion = 1.2",
        extra: String = ""
    ) -> String {
        let uids = variants.map(\.uid).joined(separator: ",")
        return boot + """
            [general]
            ; WARNING.0 = This section provides compatibility with pre-productmd treeinfos.
            ; WARNING.1 = Read productmd documentation for details about new format.
            arch = x86_64
            family = \(family)
            name = \(family) \(version)
            packagedir = Packages
            platforms = x86_64,xen
            repository = .
            timestamp = 1700000000
            variant = \(variant)
            variants = \(uids)
            version = \(version)

            [header]
            \(header)

            [release]
            name = \(family)
            short = \(short)
            version = \(version)

            [stage2]
            mainimage = \(stage2)

            [tree]
            arch = x86_64
            build_timestamp = 1700000000
            platforms = x86_64,xen
            variants = \(uids)
            \(extra)

            """
            + variants.map { uid, base in
                """
                [variant-\(uid)]
                id = \(uid)
                name = \(uid)
                packages = \(base == "." ? "Packages" : base + "/Packages")
                repository = \(base)
                type = variant
                uid = \(uid)

                """
            }.joined(separator: "\n")
    }

    static let all: [TreeLayout] = [
        // RHEL and CentOS 5: no checksums, no variants, the discs in [general]. Source: osinfo-db's and virtinst's tests.
        TreeLayout(
            name: "CentOS 5.11",
            text: """
                [general]
                family = CentOS
                timestamp = 1411000000.55
                totaldiscs = 1
                version = 5.11
                discnum = 1
                packagedir = CentOS
                arch = x86_64

                [images-x86_64]
                kernel = images/pxeboot/vmlinuz
                initrd = images/pxeboot/initrd.img
                boot.iso = images/boot.iso

                [images-xen]
                kernel = images/xen/vmlinuz
                initrd = images/xen/initrd.img

                """,
            distribution: "centos",
            major: "5",
            version: "5.11",
            hasChecksums: false,
            disc: 1
        ),
        // RHEL 6: add-ons below a variant, an instimage beside the main image. Source: anaconda's documentation of its time.
        TreeLayout(
            name: "RHEL 6.10",
            text: """
                [addon-HighAvailability]
                id = HighAvailability
                name = High Availability
                repository = HighAvailability

                [checksums]
                images/pxeboot/initrd.img = sha256:\(digest)
                images/pxeboot/vmlinuz = sha256:\(digest)

                [general]
                addons = HighAvailability
                arch = x86_64
                family = Red Hat Enterprise Linux
                name = Red Hat Enterprise Linux Server 6.10
                packagedir =
                timestamp = 1528000000.12
                variant = Server
                version = 6.10

                [images-x86_64]
                boot.iso = images/boot.iso
                initrd = images/pxeboot/initrd.img
                kernel = images/pxeboot/vmlinuz

                [stage2]
                instimage = images/product.img
                mainimage = images/install.img

                [variant-Server]
                addons = HighAvailability
                id = Server
                repository = Server/repodata

                """,
            distribution: "rhel",
            major: "6",
            version: "6.10",
            variant: "Server",
            variants: ["HighAvailability HighAvailability", "Server Server/repodata"],
            mainImage: "images/install.img"
        ),
        // CentOS 7: lorax, [general] alone. Source: vault.centos.org's 7.9.2009 tree, as virtinst's tests have it.
        TreeLayout(
            name: "CentOS 7 of lorax",
            text: boot + """
                [general]
                name = CentOS-7
                family = CentOS
                timestamp = 1603000000.1
                variant =
                version = 7
                packagedir =
                arch = x86_64

                [stage2]
                mainimage = LiveOS/squashfs.img

                """,
            distribution: "centos",
            major: "7",
            version: "7",
            mainImage: "LiveOS/squashfs.img"
        ),
        TreeLayout(
            name: "CentOS 7.9 of an altarch",
            text: productmd(
                "CentOS",
                short: "CentOS",
                "7.9.2009",
                variant: "CentOS",
                stage2: "LiveOS/squashfs.img",
                [("CentOS", ".")]
            ),
            distribution: "centos",
            major: "7",
            version: "7.9.2009",
            variant: "CentOS",
            variants: ["CentOS ."],
            mainImage: "LiveOS/squashfs.img"
        ),
        // Fedora 21 before it was converted: the variant is a part of the family. Source: productmd, doc/treeinfo-1.1.rst.
        TreeLayout(
            name: "Fedora 21 of lorax",
            text: boot + """
                [general]
                name = Fedora-Server-21
                family = Fedora-Server
                timestamp = 1417000000.68
                variant = Server
                version = 21
                packagedir =
                arch = x86_64

                [stage2]
                mainimage = LiveOS/squashfs.img

                """,
            distribution: "fedora",
            major: "21",
            version: "21",
            variant: "Server",
            mainImage: "LiveOS/squashfs.img"
        ),
        TreeLayout(
            name: "Fedora 21 of productmd 1.0",
            text: productmd(
                "Fedora",
                short: "Fedora",
                "21",
                variant: "Server",
                stage2: "LiveOS/squashfs.img",
                [("Server", ".")],
                header: "version = 1.0"
            ),
            distribution: "fedora",
            major: "21",
            version: "21",
            variant: "Server",
            variants: ["Server ."],
            mainImage: "LiveOS/squashfs.img"
        ),
        // Fedora 44's Everything. Source: a trimmed copy in a public test of a downloader; anaconda's test_tree_info.
        TreeLayout(
            name: "Fedora 44",
            text: productmd("Fedora", short: "Fedora", "44", variant: "Everything", [("Everything", ".")]),
            distribution: "fedora",
            major: "44",
            version: "44",
            variant: "Everything",
            variants: ["Everything ."],
            mainImage: "images/install.img"
        ),
        TreeLayout(
            name: "Fedora Rawhide",
            text: productmd("Fedora", short: "Fedora", "Rawhide", variant: "Everything", [("Everything", ".")]),
            distribution: "fedora",
            major: "rawhide",
            version: "Rawhide",
            variant: "Everything",
            variants: ["Everything ."],
            mainImage: "images/install.img"
        ),
        // RHEL 8's BaseOS on the content network, whose repositories are its sisters. Source: anaconda's test_tree_info.
        TreeLayout(
            name: "RHEL 8.10",
            text: productmd(
                "Red Hat Enterprise Linux",
                short: "RHEL",
                "8.10.0",
                variant: "BaseOS",
                [("BaseOS", "."), ("AppStream", "../../../appstream/kickstart/")]
            ),
            distribution: "rhel",
            major: "8",
            version: "8.10.0",
            variant: "BaseOS",
            variants: ["BaseOS .", "AppStream ../../../appstream/kickstart"],
            mainImage: "images/install.img"
        ),
        // AlmaLinux 9's DVD. Source: the .treeinfo of such a DVD in a public repository.
        TreeLayout(
            name: "AlmaLinux 9 on a DVD",
            text: productmd(
                "AlmaLinux",
                short: "AlmaLinux",
                "9",
                variant: "AppStream",
                [("AppStream", "AppStream"), ("BaseOS", "BaseOS")],
                extra: "\n[media]\ndiscnum = 1\ntotaldiscs = 1\n"
            ),
            distribution: "almalinux",
            major: "9",
            version: "9",
            variant: "AppStream",
            variants: ["AppStream AppStream", "BaseOS BaseOS"],
            mainImage: "images/install.img",
            disc: 1
        ),
        // Rocky 9's BaseOS tree. Source: the paths in a public fix for Foreman (AppStream three levels up).
        TreeLayout(
            name: "Rocky 9.6",
            text: productmd(
                "Rocky Linux",
                short: "Rocky",
                "9.6",
                variant: "BaseOS",
                [("AppStream", "../../../AppStream/x86_64/os"), ("BaseOS", ".")]
            ),
            distribution: "rocky",
            major: "9",
            version: "9.6",
            variant: "BaseOS",
            variants: ["AppStream ../../../AppStream/x86_64/os", "BaseOS ."],
            mainImage: "images/install.img"
        ),
        TreeLayout(
            name: "Rocky 10 minimal DVD",
            text: productmd(
                "Rocky Linux Minimal",
                short: "Rocky",
                "10.0",
                variant: "Minimal",
                [("Minimal", "Minimal")],
                extra: "\n[media]\ndiscnum = 1\ntotaldiscs = 1\n"
            ),
            distribution: "rocky",
            major: "10",
            version: "10.0",
            variant: "Minimal",
            variants: ["Minimal Minimal"],
            mainImage: "images/install.img",
            disc: 1
        ),
        // Source: osinfo-db, centos.org/centos-stream-9.xml, whose family is "CentOS Stream".
        TreeLayout(
            name: "CentOS Stream 9",
            text: productmd(
                "CentOS Stream",
                short: "CentOS-Stream",
                "9",
                variant: "BaseOS",
                [("AppStream", "../../../AppStream/x86_64/os"), ("BaseOS", ".")]
            ),
            distribution: "centos-stream",
            major: "9",
            version: "9",
            variant: "BaseOS",
            variants: ["AppStream ../../../AppStream/x86_64/os", "BaseOS ."],
            mainImage: "images/install.img"
        ),
        TreeLayout(
            name: "CentOS Stream 10",
            text: productmd("CentOS Stream", short: "CentOS-Stream", "10", variant: "BaseOS", [("BaseOS", ".")]),
            distribution: "centos-stream",
            major: "10",
            version: "10",
            variant: "BaseOS",
            variants: ["BaseOS ."],
            mainImage: "images/install.img"
        ),
        // Source: libguestfs, lib/inspect-fs-cd.c ("Oracle Linux Server"), and os-release of 9.
        TreeLayout(
            name: "Oracle Linux 9",
            text: productmd(
                "Oracle Linux Server",
                short: "OL",
                "9.5",
                variant: "BaseOS",
                [("AppStream", "AppStream"), ("BaseOS", "BaseOS")],
                extra: "\n[media]\ndiscnum = 1\ntotaldiscs = 1\n"
            ),
            distribution: "ol",
            major: "9",
            version: "9.5",
            variant: "BaseOS",
            variants: ["AppStream AppStream", "BaseOS BaseOS"],
            mainImage: "images/install.img",
            disc: 1
        ),
        // imagebake's own tree for Debian: installer/make-tree.
        TreeLayout(
            name: "Debian 12",
            text: boot + """
                [general]
                family = Debian
                version = 12
                arch = x86_64
                name = Debian 12

                """,
            distribution: "debian",
            major: "12",
            version: "12"
        ),
    ]
}
