import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Inventory

/// rpm's databases, against rpm itself.
@Suite(.enabled(if: Program.canRun("rpm", "rpmbuild", "db_load"), Program.reason)) struct RPMTests {
    private static let query =
        "%{NAME}\t%|EPOCH?{%{EPOCH}}:{0}|\t%{VERSION}-%{RELEASE}\t%{ARCH}\t%{LICENSE}\t%{VENDOR}\t%{SOURCERPM}\n"

    /// The packages in the words of the query.
    private static func lines(_ packages: [InstalledPackage]) -> [String] {
        packages.map { package in
            let version = package.epoch.map { String(package.version.dropFirst($0.count + 1)) } ?? package.version
            return [
                package.name, package.epoch ?? "0", version, package.architecture ?? "(none)",
                package.licenses.first ?? "(none)", package.vendor ?? "(none)", package.source ?? "(none)",
            ].joined(separator: "\t")
        }.sorted()
    }

    @Test(
        "each format gives what 'rpm -qa' lists; ndb what the others give, which Debian's rpm cannot read",
        arguments: RPMDatabase.Format.allCases
    )
    func matchesRPM(_ format: RPMDatabase.Format) async throws {
        let fixture = try await RPMFixture.shared.value
        let packages = try RPMDatabase.packages(ByteArray(fixture.bytes(format)), format: format)
        let (directory, backend) = format == .bdb ? (fixture.bdb, "bdb_ro") : (fixture.sqlite, "sqlite")
        let judged = try await Program("rpm").run([
            "--define", "_db_backend \(backend)", "--dbpath", directory.string, "-qa", "--queryformat", Self.query,
        ])
        #expect(packages.count == RPMFixture.count + 1)
        #expect(Self.lines(packages) == judged.split(separator: "\n").map(String.init).sorted())
        #expect(packages.first?.version == "2:1.0-1.el7" && packages.first?.vendor == "Example \"Org\" <x>")
    }

    @Test("what was committed to the write-ahead log counts, what was not does not")
    func writeAheadLog() async throws {
        let fixture = try await RPMFixture.shared.value
        let scratch = try Scratch()
        let script = """
            import shutil, sqlite3, sys
            source, target = sys.argv[1:]
            shutil.copy(source, target + "/w.sqlite")
            db = sqlite3.connect(target + "/w.sqlite")
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA cache_size=1")
            db.execute("DELETE FROM Packages WHERE hnum % 2 = 0")
            db.commit()
            print(db.execute("SELECT count(*) FROM Packages").fetchone()[0])
            db.execute("DELETE FROM Packages")
            shutil.copy(target + "/w.sqlite", target + "/rpmdb.sqlite")
            shutil.copy(target + "/w.sqlite-wal", target + "/rpmdb.sqlite-wal")
            """
        let source = fixture.sqlite.appending("rpmdb.sqlite").string
        let count = try await Program("python3").run(["-c", script, source, scratch.path.string])
        let file = ByteArray([UInt8](try contents(scratch.appending("rpmdb.sqlite"))))
        let log = [UInt8](try contents(scratch.appending("rpmdb.sqlite-wal")))
        let packages = try RPMDatabase.packages(file, format: .sqlite, log: ByteArray(log))
        #expect("\(packages.count)" == count.trimmingCharacters(in: .whitespacesAndNewlines))
        #expect(try RPMDatabase.packages(file, format: .sqlite).count == RPMFixture.count + 1)
        // A torn log is one that ends before.
        let torn = try RPMDatabase.packages(file, format: .sqlite, log: ByteArray(Array(log.prefix(40))))
        #expect(torn.count == RPMFixture.count + 1)
    }

    @Test("a damaged database ends in an error or in packages, soon", arguments: RPMDatabase.Format.allCases)
    func mutations(_ format: RPMDatabase.Format) async throws {
        let good = try await RPMFixture.shared.value.bytes(format)
        var noise = Noise(seed: 5)
        var errors = 0
        let clock = ContinuousClock()
        let began = clock.now
        for round in 0..<150 {
            var bytes = good
            if round % 10 == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &noise)) }
            for _ in 0..<Int.random(in: 1...40, using: &noise) where !bytes.isEmpty {
                // Half of the damage goes where the structure is: the first bytes of pages.
                let page = Int.random(in: 0...(bytes.count / 4096), using: &noise) * 4096
                let offset = Bool.random(using: &noise) ? page + Int.random(in: 0..<64, using: &noise) : nil
                let index = offset ?? Int.random(in: 0..<bytes.count, using: &noise)
                if index < bytes.count { bytes[index] = UInt8.random(in: 0...255, using: &noise) }
            }
            do throws(InventoryError) {
                let packages = try RPMDatabase.packages(ByteArray(bytes), format: format)
                #expect(packages.count <= RPMFixture.count + 1)
            } catch {
                errors += 1
                #expect(!error.message.isEmpty)
            }
        }
        #expect(errors > 30)
        #expect(clock.now - began < .seconds(60))
    }

    @Test(
        "what is no database is refused",
        arguments: RPMDatabase.Format.allCases,
        [[], Array("rubbish".utf8), [UInt8](repeating: 0, count: 8192), [UInt8](repeating: 0xFF, count: 8192)]
    )
    func rubbish(_ format: RPMDatabase.Format, _ bytes: [UInt8]) {
        let error = #expect(throws: InventoryError.self) {
            try RPMDatabase.packages(ByteArray(bytes), format: format)
        }
        #expect(error?.code == .corrupt)
    }

    @Test("a header that lies about its lengths is refused")
    func lyingHeader() {
        func header(entries: UInt32, size: UInt32, offset: UInt32, data: [UInt8]) -> [UInt8] {
            [entries, size, 1000, 6, offset, 1].flatMap { value in
                (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - $0 * 8)) }
            } + data
        }
        let lies: [[UInt8]] = [
            header(entries: 1, size: 4, offset: 0, data: [65, 65, 65, 65]),
            header(entries: 1, size: 4, offset: 4, data: [65, 0, 0, 0]),
            header(entries: 1, size: 5, offset: 0, data: [65, 0, 0, 0]),
            header(entries: 0xFFFF_FFFF, size: 4, offset: 0, data: [65, 0, 0, 0]),
            header(entries: 1, size: 0xFFFF_FFFF, offset: 0, data: [65, 0, 0, 0]),
            header(entries: 0, size: 0, offset: 0, data: []),
        ]
        for lie in lies { #expect(throws: InventoryError.self) { try RPMHeader(lie) } }
    }
}
