import Foundation
import Testing

@testable import Diagnosis

@Suite("The documentation of diagnoses")
struct TroubleshootingTests {
    @Test("docs/troubleshooting.md is what the table says; IMAGEBAKE_UPDATE_GOLDEN=1 writes it anew")
    func document() throws {
        let text = try Troubleshooting.text()
        let file = Repository.root.appending(path: "docs/troubleshooting.md")
        if ProcessInfo.processInfo.environment["IMAGEBAKE_UPDATE_GOLDEN"] == "1" {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let expected = try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == expected.count)
        for (number, pair) in zip(lines, expected).enumerated() where pair.0 != pair.1 {
            Issue.record("docs/troubleshooting.md:\(number + 1): expected '\(pair.0)', got '\(pair.1)'")
            break
        }
        for pattern in FailurePattern.all { #expect(text.contains("\n### \(pattern.id)\n")) }
    }
}
