import Foundation
import SystemPackage
import Testing

/// Files that hold what a test expects.
enum Golden {
    /// Whether the files are to be written instead of compared.
    static let update = ProcessInfo.processInfo.environment["IMAGEBAKE_UPDATE_GOLDEN"] == "1"

    /// The sections of a golden file: the lines after each line that begins with `== `.
    static func sections(of name: String) throws -> [String: [String]] {
        let text = try String(contentsOfFile: Repository.golden.appending(name).string, encoding: .utf8)
        var sections: [String: [String]] = [:]
        var title = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("== ") {
                title = String(line.dropFirst(3))
                sections[title] = []
            } else {
                sections[title]?.append(String(line))
            }
        }
        return sections
    }

    /// Expects a text to be that of a golden file, and names the first line that is not.
    static func expect(_ text: String, in name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try expect(text, at: Repository.golden.appending(name), sourceLocation: sourceLocation)
    }

    /// Expects a text to be that of a file of the repository, and names the first line that is not.
    static func expect(_ text: String, at file: FilePath, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let path = file.string
        let name = file.lastComponent?.string ?? ""
        if update {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return
        }
        let expected = try String(contentsOfFile: path, encoding: .utf8)
        guard text != expected else { return }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let expectedLines = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let difference = zip(lines, expectedLines).enumerated().first { $1.0 != $1.1 }
        let line = difference?.offset ?? min(lines.count, expectedLines.count)
        let got = lines.indices.contains(line) ? String(lines[line]) : "(end)"
        let wanted = expectedLines.indices.contains(line) ? String(expectedLines[line]) : "(end)"
        Issue.record(
            "\(name):\(line + 1): expected '\(wanted)', got '\(got)'; IMAGEBAKE_UPDATE_GOLDEN=1 accepts it",
            sourceLocation: sourceLocation
        )
    }
}
