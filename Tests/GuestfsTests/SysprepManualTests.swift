import Foundation
import Subprocess
import Testing

@testable import Guestfs

/// What the table of operations says of itself.
@Suite struct SysprepManualTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let isUpdating = ProcessInfo.processInfo.environment["IMAGEBAKE_UPDATE_GOLDEN"] == "1"

    @Test("the operations in docs/sysprep.md are what the table says; IMAGEBAKE_UPDATE_GOLDEN=1 writes them anew")
    func document() throws {
        let file = Self.root.appending(path: "docs/sysprep.md")
        let mark =
            "<!-- Written by `make golden` from Sources/Guestfs/Sysprep from here on; a test holds it to the code. -->\n"
        let text = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(text.range(of: mark)?.upperBound)
        let section = "\n" + SysprepManual.markdown()
        if Self.isUpdating { try (text[..<start] + section).write(to: file, atomically: true, encoding: .utf8) }
        try Self.compare(section, Self.isUpdating ? section : String(text[start...]), "docs/sysprep.md")
        for operation in Sysprep.operations { #expect(section.contains("\n### \(operation.name)\n")) }
    }

    @Test("the manual page is what the table says; IMAGEBAKE_UPDATE_GOLDEN=1 writes it anew")
    func manualPage() throws {
        let file = Self.root.appending(path: "packaging/man/imagebake-sysprep.1")
        let page = SysprepManual.manPage()
        if Self.isUpdating {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try page.write(to: file, atomically: true, encoding: .utf8)
        }
        try Self.compare(page, String(contentsOf: file, encoding: .utf8), "packaging/man/imagebake-sysprep.1")
    }

    private static func compare(_ text: String, _ expected: String, _ name: String) throws {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let others = expected.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == others.count, "\(name)")
        for (number, pair) in zip(lines, others).enumerated() where pair.0 != pair.1 {
            Issue.record("\(name), line \(number + 1) of the written part: expected '\(pair.1)', got '\(pair.0)'")
            break
        }
    }

    @Test("roff takes the manual page without a warning")
    func roff() async throws {
        let result: (errors: String, output: String)
        do {
            let run = try await run(
                .name("groff"),
                arguments: ["-man", "-Tutf8", "-ww", "-z"],
                input: .string(SysprepManual.manPage()),
                output: .string(limit: 1 << 16),
                error: .string(limit: 1 << 16)
            )
            result = (run.standardError, run.standardOutput)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            return
        }
        // A path longer than a line is no mistake.
        let warnings = result.errors.split(separator: "\n").filter {
            !$0.contains("can't break line") && !$0.contains("cannot adjust")
        }
        #expect(warnings == [], "\(warnings)")
    }

    @Test("the list shows every operation in one line, by name, and marks the default ones")
    func list() throws {
        let lines = Sysprep.listOfOperations().split(separator: "\n")
        #expect(lines.count == Sysprep.operations.count + 1)
        #expect(lines.dropFirst().map { String($0.prefix { $0 != " " }) } == Sysprep.operations.map(\.name).sorted())
        let rpm = try #require(lines.first { $0.hasPrefix("rpm-db ") })
        #expect(
            rpm.contains("*") && rpm.contains("redhat, suse")
                && rpm.hasSuffix("remove the host-specific files of the RPM database")
        )
        #expect(lines.first { $0.hasPrefix("fs-uuids ") }?.contains("*") == false)
    }

    @Test("the listing is JSON that reads back")
    func json() throws {
        let data = try JSONEncoder().encode(Sysprep.listing)
        #expect(try JSONDecoder().decode([SysprepListing].self, from: data) == Sysprep.listing)
        let machineID = try #require(Sysprep.listing.last)
        #expect(machineID.name == "machine-id" && machineID.virtSysprepDefault == true && machineID.enabledByDefault)
        #expect(Sysprep.listing.first { $0.name == "netplan" }?.virtSysprepDefault == nil)
    }
}
