import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Inventory

/// The documents, against the validators of their formats.
struct BillOfMaterialsTests {
    private static func bill(
        _ distribution: Distribution?,
        _ packages: [InstalledPackage],
        isComplete: Bool = true
    ) -> BillOfMaterials {
        BillOfMaterials(
            subject: .init(name: "web ünïcode.qcow2", sha256: String(repeating: "0123456789abcdef", count: 4)),
            distribution: distribution,
            packages: packages,
            isComplete: isComplete,
            created: "2026-11-29T12:00:00Z",
            tool: "imagebake",
            toolVersion: "1.0"
        )
    }

    /// A package of each kind that has to be written with care.
    static let cases: [(name: String, bill: BillOfMaterials)] = [
        (
            "el7",
            bill(
                Distribution(id: "centos", version: "7", name: "CentOS Linux 7 (Core)"),
                [
                    InstalledPackage(
                        kind: .rpm,
                        name: "bash",
                        version: "4.2.46-34.el7",
                        architecture: "x86_64",
                        licenses: ["GPLv3+"],
                        vendor: "CentOS",
                        source: "bash-4.2.46-34.el7.src.rpm"
                    ),
                    InstalledPackage(
                        kind: .rpm,
                        name: "libstdc++",
                        version: "4.8.5-44.el7",
                        architecture: "x86_64",
                        licenses: ["GPLv3+ and GPLv3+ with exceptions"],
                        vendor: "CentOS",
                        source: "gcc-4.8.5-44.el7.src.rpm"
                    ),
                    InstalledPackage(
                        kind: .rpm,
                        name: "grub2",
                        version: "1:2.02-0.87.el7",
                        architecture: "x86_64",
                        licenses: ["GPL-3.0-or-later AND (MIT OR apache-2.0)"],
                        vendor: "A \"quoted\" \\ vendor\u{7}"
                    ),
                    // Two kernels of one architecture are not the same.
                    InstalledPackage(
                        kind: .rpm,
                        name: "kernel",
                        version: "3.10.0-1.el7",
                        architecture: "x86_64",
                        licenses: ["GPLv2"]
                    ),
                    InstalledPackage(
                        kind: .rpm,
                        name: "kernel",
                        version: "3.10.0-2.el7",
                        architecture: "x86_64",
                        licenses: ["GPLv2"]
                    ),
                    InstalledPackage(
                        kind: .rpm,
                        name: "fedora-like",
                        version: "1-1",
                        licenses: ["LicenseRef-Fedora-Public-Domain AND MIT"]
                    ),
                    InstalledPackage(
                        kind: .rpm,
                        name: "gpg-pubkey",
                        version: "f4a80eb5-53a7ff4b",
                        licenses: ["pubkey"]
                    ),
                ]
            )
        ),
        (
            "debian",
            bill(
                Distribution(id: "debian", version: "12", name: "Debian GNU/Linux 12 (bookworm)"),
                [
                    InstalledPackage(
                        kind: .deb,
                        name: "zlib1g",
                        version: "1:1.2.13.dfsg-1",
                        architecture: "amd64",
                        licenses: ["Zlib"],
                        vendor: "Mark Brown <broonie@debian.org>",
                        source: "zlib"
                    ),
                    InstalledPackage(
                        kind: .deb,
                        name: "bash",
                        version: "5.2.15-2+b2",
                        architecture: "amd64",
                        licenses: ["GPL-3.0-or-later", "public-domain", "MIT OR GPL-1.0-or-later"],
                        source: "bash",
                        sourceVersion: "5.2.15-2"
                    ),
                    InstalledPackage(kind: .deb, name: "none", version: "2~rc1", architecture: "all"),
                ]
            )
        ),
        (
            "alpine",
            bill(
                Distribution(id: "alpine", version: "3.19.1"),
                [
                    InstalledPackage(
                        kind: .apk,
                        name: "musl",
                        version: "1.2.4-r2",
                        architecture: "x86_64",
                        licenses: ["MIT"],
                        source: "musl"
                    ),
                    InstalledPackage(
                        kind: .apk,
                        name: "musl-utils",
                        version: "1.2.4-r2",
                        architecture: "x86_64",
                        licenses: ["MIT AND BSD-2-Clause AND GPL-2.0-or-later"],
                        source: "musl"
                    ),
                ]
            )
        ),
        ("unknown", bill(nil, [], isComplete: false)),
    ]

    @Test("the documents are what they were", arguments: cases.map(\.name), BillOfMaterials.Form.allCases)
    func golden(_ name: String, _ form: BillOfMaterials.Form) throws {
        let bill = try #require(Self.cases.first { $0.name == name }?.bill)
        let text = bill.document(form)
        #expect(text == bill.document(form))
        let file = FilePath(#filePath).removingLastComponent().appending("Golden/\(name).\(form.fileExtension)")
        if ProcessInfo.processInfo.environment["IMAGEBAKE_UPDATE_GOLDEN"] == "1" {
            try text.write(toFile: file.string, atomically: true, encoding: .utf8)
        }
        #expect(try text == String(contentsOfFile: file.string, encoding: .utf8), "'make golden' accepts it")
    }

    @Test(
        "the validators of both formats accept them, and read the same packages out of both",
        .enabled(if: Program.canRun("sbom-judge"), Program.reason)
    )
    func judged() async throws {
        let scratch = try Scratch()
        var files: [BillOfMaterials.Form: [String]] = [:]
        for (name, bill) in Self.cases {
            for form in BillOfMaterials.Form.allCases {
                let file = "\(name).\(form.fileExtension)"
                files[form, default: []].append(
                    try scratch.write(file, Data(bill.document(form).utf8)).string
                )
            }
        }
        let judge = try Program("sbom-judge")
        let spdx = try await judge.run(["spdx"] + files[.spdx, default: []]).split(separator: "\n")
        let cyclonedx = try await judge.run(["cyclonedx"] + files[.cyclonedx, default: []]).split(separator: "\n")
        #expect(spdx.map { $0.prefix { $0 != " " } } == cyclonedx.map { $0.prefix { $0 != " " } })
        #expect(
            spdx.contains(
                "pkg:rpm/centos/grub2@2.02-0.87.el7?arch=x86_64&distro=centos-7&epoch=1 GPL-3.0-or-later AND (MIT OR Apache-2.0)"
            )
        )
        #expect(
            spdx.contains(
                "pkg:deb/debian/bash@5.2.15-2%2Bb2?arch=amd64&distro=debian-12&upstream=bash%405.2.15-2 GPL-3.0-or-later AND LicenseRef-public-domain AND (MIT OR GPL-1.0-or-later)"
            )
        )
        #expect(spdx.contains("pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64&distro=alpine-3.19.1 MIT"))
        #expect(spdx.count == 6 + 3 + 2)
    }

    @Test(
        "so they do for every package of this machine with its licences",
        .enabled(
            if: Program.canRun("sbom-judge") && FileManager.default.fileExists(atPath: "/var/lib/dpkg/status"),
            "this is no Debian, or a judge is missing"
        )
    )
    func judgedThisMachine() async throws {
        let scratch = try Scratch()
        let status = [UInt8](try contents("/var/lib/dpkg/status"))
        let packages = try DpkgDatabase.packages(status: status).prefix(250).map { package in
            let file = try? contents(FilePath("/usr/share/doc/\(package.name)/copyright"))
            return InstalledPackage(
                kind: .deb,
                name: package.name,
                version: package.version,
                architecture: package.architecture,
                licenses: DebianCopyright.licenses([UInt8](file ?? Data())),
                vendor: package.vendor,
                source: package.source,
                sourceVersion: package.sourceVersion
            )
        }
        #expect(packages.count(where: { !$0.licenses.isEmpty }) > packages.count / 3)
        let release = try contents("/etc/os-release")
        let bill = Self.bill(Distribution(osRelease: [UInt8](release)), packages)
        for form in BillOfMaterials.Form.allCases {
            let file = try scratch.write("all.\(form.fileExtension)", Data(bill.document(form).utf8))
            let lines = try await Program("sbom-judge").run([form.rawValue, file.string]).split(separator: "\n")
            #expect(lines.count == packages.count)
        }
    }

    @Test(
        "expressions of SPDX",
        arguments: [
            ("MIT", "MIT"), ("mit", "MIT"), ("GPL-2.0+", "GPL-2.0+"), ("(MIT)", "MIT"),
            ("MIT AND (Apache-2.0 OR ISC)", "MIT AND (Apache-2.0 OR ISC)"),
            ("MIT OR ISC AND Zlib", "MIT OR ISC AND Zlib"),
            ("GPL-2.0-only WITH Linux-syscall-note", "GPL-2.0-only WITH Linux-syscall-note"),
            ("LicenseRef-x.1", "LicenseRef-x.1"), ("MIT and ISC", nil), ("GPLv2", nil), ("", nil), ("MIT AND", nil),
            ("MIT ISC", nil), ("(MIT", nil), ("MIT)", nil), ("MIT WITH ISC", nil), ("LicenseRef-", nil),
            ("LicenseRef-a_b", nil), (String(repeating: "(", count: 2000) + "MIT", nil),
        ] as [(String, String?)]
    )
    func expressions(_ text: String, _ expected: String?) {
        #expect(SPDXExpression(text)?.text == expected)
    }

    @Test("os-release gives what URLs need")
    func osRelease() {
        let text = "# comment\nID=\"openSUSE-Leap\"\nVERSION_ID=15.6\nPRETTY_NAME='A \u{1B}[31m name'\nnonsense\n"
        let distribution = Distribution(osRelease: Array(text.utf8))
        #expect(distribution == Distribution(id: "opensuse-leap", version: "15.6", name: "A [31m name"))
        #expect(Distribution(osRelease: Array("NAME=x\n".utf8)) == nil)
        let package = InstalledPackage(kind: .rpm, name: "Mesa", version: "2:1.0-1.1", architecture: "x86_64")
        #expect(
            PackageURL(package, in: distribution).description
                == "pkg:rpm/opensuse/Mesa@1.0-1.1?arch=x86_64&distro=opensuse-leap-15.6&epoch=2"
        )
    }
}
