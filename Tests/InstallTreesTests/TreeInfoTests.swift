import Testing

@testable import InstallTrees

@Suite struct TreeInfoTests {
    /// What productmd wrote for CentOS 7.9.2009, shortened.
    static let centos7 = """
        [checksums]
        LiveOS/squashfs.img = sha256:1e1a3bb2a0ae05da1ef8f0d1c9ba8c2c4a0a4cb7fb2a8c1e2d2ed1f6b5a4c3d2
        images/pxeboot/initrd.img = sha256:93b14acba0a6a1cd4fd2ae2b6f5c2b6d14b3d5a9e7b8b2ab6ab1bd0c0e1f2a3b
        images/pxeboot/vmlinuz = sha256:fb3a6a0b2b2b2ee1d0c9f1b4a6c7d8e9fa0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d

        [general]
        ; WARNING.0 = This section provides compatibility with pre-productmd treeinfos.
        arch = x86_64
        family = CentOS
        name = CentOS-7
        packagedir =
        repository = .
        version = 7

        [header]
        type = productmd.treeinfo
        version = 1.2

        [images-x86_64]
        boot.iso = images/boot.iso
        initrd = images/pxeboot/initrd.img
        kernel = images/pxeboot/vmlinuz

        [images-xen]
        initrd = images/pxeboot/initrd.img
        kernel = images/pxeboot/vmlinuz

        [release]
        name = CentOS
        short = CentOS
        version = 7

        [stage2]
        mainimage = LiveOS/squashfs.img

        [tree]
        arch = x86_64
        """

    @Test(arguments: ["\n", "\r\n", "\r"]) func readsAProductmdTreeinfo(newline: String) throws {
        let info = try Self.parse(Self.centos7.replacing("\n", with: newline))
        #expect(info.family == "CentOS")
        #expect(info.version == "7")
        #expect(info.arch == "x86_64")
        #expect(info.name == "CentOS-7")
        #expect(info.releaseShort == "CentOS")
        #expect(info.images.keys.sorted() == ["x86_64", "xen"])
        #expect(info.images["x86_64"]?.kernel == "images/pxeboot/vmlinuz")
        #expect(info.checksums.count == 3)
        #expect(info.mainImage == "LiveOS/squashfs.img")
        #expect(InstallTree.Payload(info)?.path == "LiveOS/squashfs.img")
    }

    @Test func takesColonsContinuationsAndAByteOrderMark() throws {
        let info = try Self.parse(
            "\u{FEFF}# c\n[general]\nfamily: Red Hat: Enterprise = Linux\nname = one\n  two\n\n[images-x86_64]\n"
                + "kernel:./images//vmlinuz\ninitrd = images/initrd.img\n"
        )
        #expect(info.family == "Red Hat: Enterprise = Linux")
        #expect(info.name == "one\ntwo")
        #expect(info.images["x86_64"]?.kernel == "images/vmlinuz")
    }

    @Test func fallsBackToReleaseAndTree() throws {
        let info = try Self.parse("[release]\nname = Fedora\nversion = 41\n[tree]\narch = aarch64\n")
        #expect(info.family == "Fedora")
        #expect(info.version == "41")
        #expect(info.arch == "aarch64")
    }

    @Test(arguments: [
        ("family = x\n", 1, "before the first"),
        ("[general]\nfamily = x\nnonsense\n", 3, "neither a [section]"),
        ("[general]\nfamily = x\nfamily = y\n", 3, "already on line 2"),
        ("[general]\nfamily = x\n\n[general]\n", 4, "already on line 1"),
        ("[general\nfamily = x\n", 1, "a section is written"),
        ("[general]\n= x\n", 2, "no key"),
        ("\n\n[general]\nversion = 1\n", 3, "no 'family'"),
        ("[images-x86_64]\nkernel = a\n", 1, "neither a [general]"),
        ("[general]\nfamily=x\n[checksums]\na = sha256:12\n", 4, "the checksum of 'a'"),
        ("[general]\nfamily=x\n[checksums]\na = crc32:12345678\n", 4, "the checksum of 'a'"),
        ("[general]\nfamily=x\n[checksums]\na = md5:\(String(repeating: "0", count: 31))g\n", 4, "the checksum"),
        (
            "[general]\nfamily=x\n[checksums]\na = md5:\(String(repeating: "0", count: 32))\n"
                + "./a = md5:\(String(repeating: "1", count: 32))\n", 5, "two different checksums"
        ),
    ]) func saysTheLineOfAnError(text: String, line: Int, part: String) {
        let error = #expect(throws: TreeError.self) { try Self.parse(text) }
        #expect(error?.code == .malformedTreeinfo)
        #expect(error?.line == line)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("here:\(line):") == true)
        #expect(error?.exitStatus == 66)
    }

    @Test(arguments: [
        "../kernel", "/kernel", "a/../../kernel", "a/..", "..", "", ".", "a\u{1}b", "a\u{7F}", "a\\..\\b", "//",
        "a\u{202E}b", "a\u{9B}b",
    ]) func refusesAPathThatLeavesTheTree(path: String) {
        for text in [
            "[general]\nfamily=x\n[images-x86_64]\nkernel = \(path)\ninitrd = b\n",
            "[general]\nfamily=x\n[images-x86_64]\ninitrd = \(path)\nkernel = b\n",
        ] {
            let error = #expect(throws: TreeError.self) { try Self.parse(text) }
            #expect(error?.code == .unsafePath)
            #expect(error?.line == 4)
            #expect(error?.message.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E } == false)
        }
    }

    @Test(arguments: [
        ("  \n<!DOCTYPE html><html>", TreeError.Code.webPage, "web page"), ("", .notTreeinfo, "empty"),
        ("\n \n", .notTreeinfo, "empty"), ("[general]\u{0}", .notTreeinfo, "binary"),
        ("[header]\ntype = productmd.composeinfo\n", .notTreeinfo, "productmd.composeinfo"),
    ]) func tellsWhatIsNoTreeinfo(text: String, code: TreeError.Code, part: String) {
        let error = #expect(throws: TreeError.self) { try Self.parse(text) }
        #expect(error?.code == code)
        #expect(error?.message.contains(part) == true)
    }

    @Test func refusesInvalidUTF8() {
        let error = #expect(throws: TreeError.self) {
            try TreeInfo(parsing: [91, 0xC3, 0x28, 93], location: "here")
        }
        #expect(error?.code == .notTreeinfo)
    }

    @Test(arguments: [("x86_64", true), ("amd64", true), ("xen", true), ("aarch64", false), ("arm64", false)])
    func findsTheArchitecture(arch: String, found: Bool) throws {
        let info = try Self.parse(Self.centos7)
        if found {
            #expect(try info.images(for: arch, location: "here").kernel == "images/pxeboot/vmlinuz")
        } else {
            let error = #expect(throws: TreeError.self) { try info.images(for: arch, location: "here") }
            #expect(error?.code == .missingArchitecture)
            #expect(error?.cause == "it has them for x86_64, xen")
        }
    }

    static func parse(_ text: String) throws -> TreeInfo { try TreeInfo(parsing: Array(text.utf8), location: "here") }
}
