import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Inventory

/// dpkg's and apk's databases, dpkg's against dpkg-query.
struct DpkgTests {
    static let status = """
        Package: zlib1g
        Status: install ok installed
        Maintainer: Mark Brown <broonie@debian.org>
        Architecture: amd64
        Multi-Arch: same
        Source: zlib
        Version: 1:1.2.13.dfsg-1
        Description: compression library
         more
         .
         Package: not-a-field

        Package: gone
        Status: deinstall ok config-files
        Architecture: amd64
        Version: 1.0

        Package: bash
        Essential: yes
        Status: install ok installed
        Maintainer: Matthias Klose <doko@debian.org>
        Architecture: amd64
        Source: bash (5.2.15-2)
        Version: 5.2.15-2+b2

        Package: half
        Status: install reinstreq half-installed
        Architecture: all
        Version: 3

        Package: waiting
        Status: install ok triggers-awaited
        Triggers-Awaited: bash
        Architecture: all
        Version: 2~rc1

        """

    /// What dpkg-query says of a database, in the words of the packages' description.
    private static func judged(_ directory: FilePath) async throws -> [String] {
        let format =
            "${db:Status-Status}\\t${Package} ${Version} ${Architecture}\\t${source:Package}\\t${source:Version}\\n"
        let output = try await Program("dpkg-query").run([
            "--admindir=\(directory)", "--show", "--showformat=\(format)",
        ])
        return output.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t", maxSplits: 1)
            return ["installed", "triggers-pending", "triggers-awaited", "half-configured", "unpacked"]
                .contains(String(fields[0])) ? String(fields[1]) : nil
        }.sorted()
    }

    private static func lines(_ packages: [InstalledPackage]) -> [String] {
        packages.map { "\($0)\t\($0.source ?? $0.name)\t\($0.sourceVersion ?? $0.version)" }.sorted()
    }

    @Test("a status file gives what dpkg-query lists", .enabled(if: Program.canRun("dpkg-query"), Program.reason))
    func matchesDpkg() async throws {
        let scratch = try Scratch()
        try scratch.write("status", Data(Self.status.utf8))
        let packages = try DpkgDatabase.packages(status: Array(Self.status.utf8))
        #expect(packages.map(\.name) == ["zlib1g", "bash", "waiting"])
        #expect(packages[0].vendor == "Mark Brown <broonie@debian.org>" && packages[0].epoch == "1")
        #expect(try await Self.lines(packages) == Self.judged(scratch.path))
    }

    @Test(
        "so does that of this machine",
        .enabled(if: FileManager.default.fileExists(atPath: "/var/lib/dpkg/status"), "this is no Debian")
    )
    func matchesThisMachine() async throws {
        let status = [UInt8](try contents("/var/lib/dpkg/status"))
        let packages = try DpkgDatabase.packages(status: status)
        #expect(try await Self.lines(packages) == Self.judged("/var/lib/dpkg"))
    }

    @Test("files of status.d need no status; a status file that is cut off or no text is an error")
    func broken() throws {
        let part = Array("Package: base-files\nVersion: 12\nArchitecture: amd64\n".utf8)
        #expect(try DpkgDatabase.packages(status: part, isComplete: false).map(\.name) == ["base-files"])
        for text in [
            "Package: a\nVersion: 1\n", "Version: 1\nStatus: install ok installed\n",
            "Package: a\nStatus: install ok installed\n", "\0\0",
        ] {
            #expect(throws: InventoryError.self) { try DpkgDatabase.packages(status: Array(text.utf8)) }
        }
        #expect(try DpkgDatabase.packages(status: []).isEmpty)
    }

    @Test("what apk has installed")
    func apk() throws {
        let text = """
            C:Q1abc=
            P:musl
            V:1.2.4-r2
            A:x86_64
            S:1
            T:the musl c library
            L:MIT
            o:musl
            m:Timo Teräs <timo.teras@iki.fi>
            F:lib
            a:0:0:755
            R:ld-musl-x86_64.so.1
            Z:Q1x

            P:alpine-keys
            V:2.4-r1
            A:x86_64
            L:MIT AND GPL-2.0-or-later
            o:alpine-keys

            """
        let packages = try ApkDatabase.packages(installed: Array(text.utf8))
        #expect(packages.map(\.description) == ["musl 1.2.4-r2 x86_64", "alpine-keys 2.4-r1 x86_64"])
        #expect(packages[0].licenses == ["MIT"] && packages[0].vendor == "Timo Teräs <timo.teras@iki.fi>")
        #expect(throws: InventoryError.self) { try ApkDatabase.packages(installed: Array("P:x\n\n".utf8)) }
    }

    @Test(
        "names of licences in Debian's words",
        arguments: [
            ("GPL-2+", "GPL-2.0-or-later"), ("GPL-3", "GPL-3.0-only"), ("LGPL-2.1+", "LGPL-2.1-or-later"),
            ("Expat", "MIT"), ("GFDL-1.3+", "GFDL-1.3-or-later"), ("BSD-3-clause", "BSD-3-Clause"),
            ("GPL-2+ or Artistic-2.0, and Expat", "(GPL-2.0-or-later OR Artistic-2.0) AND MIT"),
            ("Expat or GPL-1+", "MIT OR GPL-1.0-or-later"), ("public-domain", nil),
            ("GPL-2+ with OpenSSL exception", nil),
            ("BSD-variant", nil), ("", nil), (String(repeating: "a ", count: 4000), nil),
        ] as [(String, String?)]
    )
    func debianNames(_ name: String, _ expected: String?) {
        #expect(DebianCopyright.expression(name)?.text == expected)
    }

    @Test("a machine-readable copyright file gives its licences, another none")
    func copyright() {
        let text = """
            Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
            Upstream-Name: x

            Files: *
            Copyright: 2020 Somebody
            License: GPL-2+
             text

            Files: debian/*
            License: GPL-2+

            Files: lib/*
            License: public-domain

            License: Expat
             The text that others name.
            """
        #expect(DebianCopyright.licenses(Array(text.utf8)) == ["GPL-2.0-or-later", "public-domain"])
        #expect(DebianCopyright.licenses(Array("This is free.\n\nLicense: GPL\nFiles: *\n".utf8)).isEmpty)
    }

    @Test("damaged text ends in an error or in packages")
    func mutations() {
        var noise = Noise(seed: 9)
        for _ in 0..<500 {
            var bytes = Array(Self.status.utf8)
            for _ in 0..<Int.random(in: 1...20, using: &noise) {
                bytes[Int.random(in: 0..<bytes.count, using: &noise)] = UInt8.random(in: 0...255, using: &noise)
            }
            do throws(InventoryError) {
                for package in try DpkgDatabase.packages(status: bytes) {
                    _ = PackageURL(package, in: nil).description
                    #expect(!package.name.unicodeScalars.contains { $0.value < 32 })
                }
            } catch {
                #expect(!error.message.isEmpty)
            }
            _ = try? ApkDatabase.packages(installed: bytes)
            _ = DebianCopyright.licenses(bytes)
        }
    }
}
