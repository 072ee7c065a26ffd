import Testing

@testable import InstallTrees

@Suite struct TreeReleaseTests {
    @Test(arguments: TreeLayout.all.indices) func readsEveryLayout(index: Int) throws {
        let layout = TreeLayout.all[index]
        let info = try TreeInfoTests.parse(layout.text)
        #expect(info.release.distribution == layout.distribution, "\(layout.name)")
        #expect(info.release.majorVersion == layout.major)
        #expect(info.release.version == layout.version)
        #expect(info.release.variant == layout.variant)
        #expect(info.variants.map { "\($0.uid) \($0.repository ?? "-")" } == layout.variants)
        #expect(info.mainImage == layout.mainImage)
        #expect(info.media?.disc == layout.disc)
        let images = try info.images(for: "x86_64", location: "here")
        #expect(images.kernel == layout.kernel)
        #expect(images.bootISO == "images/boot.iso")
        let strong: InstallTree.Verification = layout.hasChecksums ? .strong : .none
        #expect(TreeChecks.verification(info.checksums[images.kernel], info.checksums[images.initrd]) == strong)
    }

    /// Each tree is that of its own recipe, and of no other layout's.
    @Test(arguments: TreeLayout.all.indices) func tellsEveryLayoutFromTheOthers(index: Int) throws {
        let own = TreeLayout.all[index]
        let release = try TreeInfoTests.parse(own.text).release
        for other in TreeLayout.all {
            let isSame = other.distribution == own.distribution && other.major == own.major
            #expect(
                release.matches(distribution: other.distribution, majorVersion: other.version.lowercased()) == isSame,
                "\(own.name) and \(other.name)"
            )
        }
    }

    @Test(
        arguments: [
            ("CentOS Linux", "CentOS Linux 8", "8.5.2111", "centos", "8"),
            ("CentOS", "CentOS Stream 8", "8", "centos-stream", "8"),
            ("CentOS", "CentOS 9", "9", "centos-stream", "9"),
            ("Scientific Linux", nil, "6.9", "scientific", "6"),
            ("RHEL Atomic Host", nil, "7.4.0", "rhel", "7"),
            ("Oracle Linux", nil, "8.10", "ol", "8"),
            ("Fedora", nil, "development", "fedora", "rawhide"),
            ("Fedora-Cloud", nil, "ELN", "fedora", "eln"),
            ("openSUSE Leap", nil, "15.6", nil, "15"),
            ("Debian", nil, nil, "debian", nil),
        ] as [(String, String?, String?, String?, String?)]
    )
    func followsVirtInstallsRules(
        family: String,
        name: String?,
        version: String?,
        distribution: String?,
        major: String?
    ) {
        let release = TreeRelease(family: family, name: name, version: version, variant: nil)
        #expect(release.distribution == distribution)
        #expect(release.majorVersion == major)
    }

    @Test(
        arguments: [
            ("CentOS Linux 8", "centos", "8"), ("Oracle Linux 9.8.0", "ol", "9"), ("Rocky Linux 9.4", "rocky", "9"),
            ("Fedora 42", "fedora", "42"), ("Red Hat Enterprise Linux 9.4", "rhel", "9"),
            ("AlmaLinux", "almalinux", nil),
            ("", nil, nil),
        ] as [(String, String?, String?)]
    ) func readsALineOfDiscinfo(line: String, distribution: String?, major: String?) {
        let release = TreeRelease(product: line)
        #expect(release.distribution == distribution)
        #expect(release.majorVersion == major)
    }

    @Test(
        arguments: [
            ("oracle", "9"), ("ol", "9.5"), ("OracleLinux", "9"), ("ol", nil),
        ] as [(String, String?)]
    ) func takesTheOtherNamesOfADistribution(name: String, version: String?) throws {
        let release = TreeRelease(family: "Oracle Linux Server", name: nil, version: "9.5", variant: nil)
        #expect(release.matches(distribution: name, majorVersion: version))
    }

    @Test func namesBothInItsMessage() throws {
        let release = TreeRelease(family: "Rocky Linux", name: nil, version: "9.6", variant: nil)
        try release.check(distribution: "rocky", majorVersion: "9", location: "http://h/")
        for (distribution, major) in [("rocky", "8"), ("almalinux", "9"), ("centos", "9")] {
            let error = #expect(throws: TreeError.self) {
                try release.check(distribution: distribution, majorVersion: major, location: "http://h/")
            }
            #expect(error?.code == .wrongRelease)
            #expect(error?.exitStatus == 65)
            #expect(error?.message.contains("rocky 9 ('Rocky Linux 9.6')") == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("\(distribution) \(major) is wanted") == true)
        }
    }

    /// A distribution that nobody here knows is not the one that is wanted, whatever its number.
    @Test(arguments: [("openSUSE Leap", "15.6"), ("EuroLinux", "9.4"), ("Circle Linux", nil)])
    func anUnknownDistributionIsAnotherOne(family: String, version: String?) {
        let release = TreeRelease(family: family, name: nil, version: version, variant: nil)
        let error = #expect(throws: TreeError.self) {
            try release.check(distribution: "rocky", majorVersion: "9", location: "http://h/")
        }
        #expect(error?.code == .wrongRelease)
        #expect(error?.message.contains("is '\(family)") == true, "\(error?.message ?? "")")
    }

    /// A volume's label is a name only where it is one that is known.
    @Test(arguments: [("CDROM", true), ("Rocky-9-4-x86_64-dvd", true), ("Fedora-42", false), ("Test-15", true)])
    func aLabelNamesWhatIsKnownOnly(label: String, matches: Bool) {
        #expect(TreeRelease(label: label).matches(distribution: "rocky", majorVersion: "9") == matches)
    }

    /// A tree that does not say what it is contradicts nobody.
    @Test func anUnknownTreeMatches() {
        let release = TreeRelease(product: "")
        #expect(release.matches(distribution: "rocky", majorVersion: "9"))
        #expect("\(release)" == "an unknown system")
    }

    @Test func aLayeredProductIsWhatItLiesOn() throws {
        let info = try TreeInfoTests.parse(
            "[general]\nfamily = Supplementary\nversion = 8.0.0\n[release]\nname = Supplementary\nis_layered = true\n"
                + "version = 1\n[base_product]\nname = Red Hat Enterprise Linux\nshort = RHEL\nversion = 8\n"
        )
        #expect(info.release.distribution == "rhel")
        #expect(info.release.majorVersion == "8")
        #expect(info.family == "Supplementary")
    }
}
