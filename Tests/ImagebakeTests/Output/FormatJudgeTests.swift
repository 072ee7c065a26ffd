import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import imagebake

/// The same rows and options to cliff and to imagebake: what they print is the same, byte for byte.
@Suite("Formats beside cliff's", .enabled(if: OpenStackLab.canRun, "run scripts/openstack.sh"))
struct FormatJudgeTests {
    /// What cliff prints of each case: it is started once.
    private static let answers = Task { () -> [String?] in
        let process = Process()
        process.executableURL = URL(
            filePath: OpenStackLab.place.appending("venv").appending("bin").appending("python").string
        )
        process.arguments = [OpenStackLab.directory.appending("formats.py").string]
        process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // Mappings keep their order in Python.
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try input.fileHandleForWriting.write(contentsOf: encoder.encode(FormatCase.all))
        try input.fileHandleForWriting.close()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode([String?].self, from: answer)
    }

    /// Where the two differ, and why.
    private static func difference(_ test: FormatCase, _ theirs: String) -> String {
        if test.kind == .list, test.rows.isEmpty, theirs == "\n" {
            // An empty table is an empty line of cliff's.
            return ""
        }
        // A line break within a value takes a line of cliff's.
        return test.arguments.contains("value") || test.arguments.contains("-fvalue")
            ? theirs.replacing("two\nlines", with: "two\\nlines") : theirs
    }

    @Test("are the same, byte for byte", arguments: FormatCase.all.indices)
    func formats(_ index: Int) async throws {
        let answers = try await Self.answers.value
        try #require(answers.count == FormatCase.all.count)
        let test = FormatCase.all[index]
        let theirs = answers[index].map { Self.difference(test, $0) }
        #expect(test.ours() == theirs, "\(test), \(test.rows.count) rows")
    }
}
