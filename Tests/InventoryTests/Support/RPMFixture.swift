import Foundation
import SystemPackage
import TestSupport

@testable import Inventory

/// One set of packages, built by rpmbuild, in a database of each of rpm's formats.
final class RPMFixture: @unchecked Sendable {
    // Unchecked: nothing changes after it was made.

    /// Made once for all tests.
    static let shared = Task { try await RPMFixture() }

    /// Enough that the table has inner pages, and headers that need overflow pages.
    static let count = 60

    let scratch: Scratch
    /// The directory of the SQLite database, made by rpm itself.
    let sqlite: FilePath
    /// The directory of the hash of Berkeley DB, made by libdb from the same headers.
    let bdb: FilePath
    /// The ndb file, written here after rpm's rpmpkg.c: Debian's rpm has no ndb.
    let ndb: [UInt8]

    private init() async throws {
        scratch = try Scratch()
        sqlite = scratch.appending("sqlite")
        bdb = scratch.appending("bdb")
        try scratch.write("fixture.spec", Data(Self.spec.utf8))
        let top = scratch.appending("build")
        try await Program("rpmbuild").run([
            "-bb", "--quiet", "--define", "_topdir \(top)", scratch.appending("fixture.spec").string,
        ])
        let packages = try FileManager.default.subpathsOfDirectory(atPath: top.appending("RPMS").string)
            .filter { $0.hasSuffix(".rpm") }.map { top.appending("RPMS/\($0)").string }
        let rpm = try Program("rpm")
        let options = ["--define", "_db_backend sqlite", "--dbpath", sqlite.string]
        try await rpm.run(options + ["--initdb"])
        try await rpm.run(options + ["-i", "--justdb", "--nodeps", "--ignorearch"] + packages)

        var blobs: [[UInt8]] = []
        let file = ByteArray([UInt8](try contents(sqlite.appending("rpmdb.sqlite"))))
        try SQLiteFile(file).forEachBlob(ofTable: "Packages") { blobs.append($0) }
        ndb = Self.ndb(blobs)
        try FileManager.default.createDirectory(atPath: bdb.string, withIntermediateDirectories: true)
        try await Program("db_load").run(
            ["-t", "hash", bdb.appending("Packages").string],
            input: Self.dump(blobs)
        )
    }

    /// The database in one of the formats.
    func bytes(_ format: RPMDatabase.Format) throws -> [UInt8] {
        switch format {
        case .sqlite: [UInt8](try contents(sqlite.appending("rpmdb.sqlite")))
        case .bdb: [UInt8](try contents(bdb.appending("Packages")))
        case .ndb: ndb
        }
    }

    private static let spec = """
        Name: alpha
        Version: 1.0
        Release: 1.el7
        Epoch: 2
        Summary: A package with an epoch
        License: GPLv3+ and MIT
        Vendor: Example "Org" <x>
        BuildArch: noarch
        %description
        Text.
        %files

        """
        + (0..<count).map { number in
            """
            %package -n number\(number)
            Summary: Very \(String(repeating: "long ", count: number * 40))
            License: \(number % 2 == 0 ? "MIT" : "GPL-2.0-or-later WITH Bison-exception-2.2 OR Apache-2.0")
            Version: 1.\(number)~rc1+git^2
            \(number % 3 == 0 ? "Epoch: 0" : "")
            %description -n number\(number)
            \(String(repeating: "More text.\n", count: number * 20))
            %files -n number\(number)

            """
        }.joined()

    /// What db_load reads: keys and values in hexadecimal digits, a blank before each; under key 0 the last number.
    private static func dump(_ blobs: [[UInt8]]) -> String {
        func text(_ bytes: [UInt8]) -> String {
            let digits = Array("0123456789abcdef".utf8)
            return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        }
        func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
        let pairs = [(number(0), number(blobs.count))] + blobs.enumerated().map { (number($0 + 1), $1) }
        return "VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=4096\nHEADER=END\n"
            + pairs.map { " \(text($0))\n \(text($1))\n" }.joined() + "DATA=END\n"
    }

    /// The layout of rpm's lib/backend/ndb/rpmpkg.c: a page of slots for each 256 packages, then blobs in blocks of 16 bytes.
    static func ndb(_ blobs: [[UInt8]]) -> [UInt8] {
        func number(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
        func magic(_ text: String) -> [UInt8] { Array(text.utf8) }
        let pages = (blobs.count + 2 + 255) / 256
        var slots: [UInt8] = []
        var body: [UInt8] = []
        var block = UInt32(pages * 256)
        for (index, blob) in blobs.enumerated() {
            let blocks = (16 + blob.count + 12 + 15) / 16
            var bytes = magic("BlbS") + number(UInt32(index + 1)) + number(7) + number(UInt32(blob.count)) + blob
            bytes += [UInt8](repeating: 0, count: blocks * 16 - 12 - bytes.count)
            bytes += number(Adler32.sum(bytes)) + number(UInt32(blob.count)) + magic("BlbE")
            body += bytes
            slots += magic("Slot") + number(UInt32(index + 1)) + number(block) + number(UInt32(blocks))
            block += UInt32(blocks)
        }
        let free = pages * 256 - 2 - blobs.count
        for _ in 0..<free { slots += magic("Slot") + [UInt8](repeating: 0, count: 12) }
        let header = magic("RpmP") + number(0) + number(7) + number(UInt32(pages)) + number(UInt32(blobs.count + 1))
        return header + [UInt8](repeating: 0, count: 12) + slots + body
    }
}
