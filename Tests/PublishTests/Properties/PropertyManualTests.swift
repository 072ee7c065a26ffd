import Foundation
import Testing

@testable import Publish

@Suite("The manual of properties")
struct PropertyManualTests {
    @Test("docs/image-properties.md has what the table says; IMAGEBAKE_UPDATE_GOLDEN=1 writes it anew")
    func document() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "docs/image-properties.md")
        let mark =
            "<!-- Written by `make golden` from Sources/Publish/Properties from here on; a test holds it to the code. -->\n"
        let text = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(text.range(of: mark)?.upperBound)
        let section = "\n" + PropertyManual.markdown()
        if ProcessInfo.processInfo.environment["IMAGEBAKE_UPDATE_GOLDEN"] == "1" {
            try (text[..<start] + section).write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let lines = section.split(separator: "\n", omittingEmptySubsequences: false)
        let others = text[start...].split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == others.count)
        for (line, other) in zip(lines, others) where line != other {
            Issue.record("docs/image-properties.md: expected '\(line)', got '\(other)'")
            break
        }
        for property in KnownProperty.all where property.name != "trait:" {
            #expect(section.contains("| `\(property.name)` |"))
        }
    }
}
