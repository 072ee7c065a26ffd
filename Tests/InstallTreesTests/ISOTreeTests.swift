import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

@testable import InstallTrees

@Suite struct ISOTreeTests {
    @Test(.timeLimit(.minutes(2)), arguments: [".treeinfo", "treeinfo"])
    func takesKernelAndInitrdOutOfAnImage(name: String) async throws {
        try await withImage(SampleTree(name: name)) { image, cache in
            let source = try TreeSource(image.string)
            #expect(source == .iso(image))
            let events = Recorder<TreeFetchEvent>()
            let fetcher = TreeFetcher(options: quickOptions())
            // The digest of a file that may still be written is not remembered: it must be two seconds old.
            try await Task.sleep(for: .seconds(2.5))
            let tree = try await fetcher.fetch(source, arch: "x86_64", into: cache) { events.add($0) }
            #expect(try tree.kernel.bytes == SampleTree().kernel)
            #expect(try tree.initrd.bytes == SampleTree().initrd)
            #expect(tree.treeinfoName == name)
            #expect(tree.verification == .strong)
            #expect(tree.trust == .checksummed)
            #expect(tree.release == "debian 12")
            #expect(tree.medium?.label == "Test-9_x86_64")
            #expect(tree.medium?.digest == SampleTree.sha256(try image.bytes))
            #expect(tree.repositoryISO == image)
            #expect(events.values.filter { if case .verified = $0 { true } else { false } }.count == 2)
            let mode = try FileManager.default.attributesOfItem(atPath: tree.kernel.string)
            #expect(mode[.posixPermissions] as? Int == 0o644)
            #expect(mode[.ownerAccountID] as? Int == Int(geteuid()))

            events.clear()
            let again = try await fetcher.fetch(source, arch: "x86_64", into: cache) { events.add($0) }
            #expect(again == tree)
            #expect(events.values.contains(.reused(entry: tree.kernel.removingLastComponent())))
            // The image did not change and nobody says what it must be: of it only what is booted is read again.
            let hashed = events.values.compactMap { if case .hashing(let file, 0, _) = $0 { file } else { nil } }
            #expect(hashed == ["kernel", "initrd"])
            try tree.kernel.write([UInt8](repeating: 0, count: SampleTree().kernel.count))
            let mended = try await fetcher.fetch(source, arch: "x86_64", into: cache) { events.add($0) }
            #expect(try mended.kernel.bytes == SampleTree().kernel)
            #expect(events.values.contains { if case .warning = $0 { true } else { false } })
            #expect(try await fetcher.cached(source, arch: "x86_64", in: cache) == tree)
            #expect(try await fetcher.cached(source, arch: "aarch64", in: cache) == nil)
        }
    }

    /// Media without a treeinfo, as those of RHEL 5's time and boot images: virt-install's places.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            ("images/pxeboot", "1700000000.1\nOracle Linux 9.4.0\nx86_64\nBaseOS\n", "ol 9", "Oracle Linux 9.4.0"),
            ("isolinux", "1700000000.1\nCentOS Linux 8\nx86_64\nALL\n", "centos 8", "CentOS Linux 8"),
            ("isolinux", nil, "nothing ", "Test-9_x86_64"),
        ] as [(String, String?, String, String)]
    )
    func fallsBackToTheUsualPlaces(place: String, discinfo: String?, release: String, name: String) async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("tree")
            let sample = SampleTree()
            try root.pushing(FilePath(place)).appending("vmlinuz").write(sample.kernel)
            try root.pushing(FilePath(place)).appending("initrd.img").write(sample.initrd)
            if let discinfo { try root.appending(".discinfo").write(discinfo.utf8) }
            let image = directory.appending("boot.iso")
            try await DirectoryMedium.make(directory: root, volumeID: "Test-9_x86_64", output: image)
            for _ in 0..<2 {
                let tree = try await TreeFetcher(options: quickOptions())
                    .fetch(.iso(image), arch: "x86_64", into: directory.appending("cache"))
                #expect(try tree.kernel.bytes == sample.kernel)
                #expect(try tree.initrd.bytes == sample.initrd)
                #expect(tree.treeinfoName == nil)
                #expect(tree.treeinfo.name == name)
                #expect(tree.release == release)
                #expect(tree.verification == .none)
                #expect(tree.trust == .local)
            }
        }
    }

    /// Each way to vouch for an image, and what it is worth.
    @Test(.timeLimit(.minutes(2))) func holdsAnImageAgainstItsChecksums() async throws {
        try await withKey { directory, key in
            try await withImage(SampleTree()) { image, cache in
                let digest = SampleTree.sha256(try image.bytes)
                let list = directory.appending("CHECKSUM")
                try list.write("# x\nSHA256 (\(image.lastComponent?.string ?? "")) = \(digest)\n".utf8)
                let signed = directory.appending("signed")
                try await key.clearsign(list, to: signed)
                let detached = directory.appending("CHECKSUM.asc")
                try await key.detach(list, to: detached, armored: true)
                let checksum = Checksum("sha256:\(digest)")
                let table: [(String?, MediumTrust, TreeTrust)] = [
                    (nil, MediumTrust(), .checksummed),
                    (digest, MediumTrust(), .pinned),
                    ("sha256:\(digest.uppercased())", MediumTrust(), .pinned),
                    (nil, MediumTrust(checksum: checksum), .pinned),
                    (nil, MediumTrust(checksumFile: list), .checksummed),
                    (nil, MediumTrust(checksumFile: signed), .checksummed),
                    (nil, MediumTrust(checksumFile: signed, key: key.armored), .signed),
                    (nil, MediumTrust(checksumFile: list, signature: detached, key: key.binary), .signed),
                    (digest, MediumTrust(checksum: checksum, checksumFile: signed, key: key.armored), .signed),
                ]
                for (pin, medium, trust) in table {
                    let tree = try await TreeFetcher(options: quickOptions())
                        .fetch(.iso(image), arch: "x86_64", into: cache, pin: pin, medium: medium)
                    #expect(tree.trust == trust, "\(medium)")
                }
                // Who vouched for it is said, by the key.
                let events = Recorder<TreeFetchEvent>()
                _ = try await TreeFetcher(options: quickOptions()).fetch(
                    .iso(image),
                    arch: "x86_64",
                    into: cache,
                    medium: MediumTrust(checksumFile: signed, key: key.armored)
                ) { events.add($0) }
                let vouchers = events.values.compactMap { if case .verified(_, _, let by) = $0 { by } else { nil } }
                guard case .signed(signed, let fingerprint)? = vouchers.first else {
                    Issue.record("\(vouchers)")
                    return
                }
                #expect(fingerprint.utf8.count == 40 && fingerprint.isHexadecimal)
                #expect(
                    try await TreeFetcher(options: quickOptions()).pin(of: .iso(image), arch: "x86_64", into: cache)
                        == "sha256:\(digest)"
                )
            }
        }
    }

    @Test func takesSHA512() async throws {
        try await withImage(SampleTree()) { image, cache in
            let digests = try await FileDigest.digests(of: image, [.sha512])
            let medium = MediumTrust(checksum: Checksum("sha512:\(digests[.sha512] ?? "")"))
            let fetcher = TreeFetcher(options: quickOptions())
            let tree = try await fetcher.fetch(.iso(image), arch: "x86_64", into: cache, medium: medium)
            #expect(tree.trust == .pinned)
        }
    }

    @Test(arguments: [
        ("CentOS 7 x86_64", #"CentOS\x207\x20x86_64"#), ("OL-9-4-0-BaseOS", "OL-9-4-0-BaseOS"),
        (#"A"B C/D;x"#, #"A\x22B\x20C\x2fD\x3bx"#), (#"a\b{`$~"#, #"a\x5cb\x7b\x60\x24\x7e"#),
    ])
    func writesALabelAsUdevDoes(label: String, escaped: String) {
        #expect(InstallTree.Medium(digest: "", label: label).escapedLabel == escaped)
    }

    /// Owners, modes and times of an image are its maker's: what is extracted is ours.
    @Test(.timeLimit(.minutes(2)), .enabled(if: geteuid() == 0, "changing an owner takes root"))
    func leavesOwnersAndModesBehind() async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("tree")
            try SampleTree().write(to: root)
            let kernel = root.pushing("images/pxeboot/vmlinuz").string
            #expect(chown(kernel, 1234, 1234) == 0)
            #expect(chmod(kernel, 0o6777) == 0)
            let image = directory.appending("x.iso")
            try await DirectoryMedium.make(directory: root, volumeID: "X", output: image)
            let tree = try await TreeFetcher(options: quickOptions())
                .fetch(.iso(image), arch: "x86_64", into: directory.appending("cache"))
            let attributes = try FileManager.default.attributesOfItem(atPath: tree.kernel.string)
            #expect(attributes[.posixPermissions] as? Int == 0o644)
            #expect(attributes[.ownerAccountID] as? Int == 0)
        }
    }

    func withImage(
        _ sample: SampleTree,
        _ body: (_ image: FilePath, _ cache: FilePath) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("tree")
            try sample.write(to: root)
            let image = directory.appending("Test 9=x.iso")
            try await DirectoryMedium.make(directory: root, volumeID: "Test-9_x86_64", output: image)
            try await body(image, directory.appending("cache"))
        }
    }
}

extension InstallTree {
    fileprivate var release: String {
        "\(treeinfo.release.distribution ?? "nothing") \(treeinfo.release.majorVersion ?? "")"
    }
}
