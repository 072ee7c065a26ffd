import Foundation
import SystemPackage
import Testing

/// How a command ended and what it printed.
struct CommandResult: CustomStringConvertible, Sendable {
    /// The command as a person would type it.
    let command: String
    /// The exit status; 128 and the signal's number where a signal ended it.
    let status: Int32
    /// Standard output, whole.
    let stdout: String
    /// Standard error, whole.
    let stderr: String
    /// The home it worked in, for the console that explains a failure.
    let home: FilePath

    /// The one line of standard output, such as an image's id.
    var line: String { stdout.trimmingCharacters(in: .whitespacesAndNewlines) }

    /// The events of `--progress json`.
    var events: [BakeEvent] { BakeEvent.events(in: stderr) }

    /// All that helps to understand a failure.
    var description: String {
        var parts = ["\(command) -> \(status)"]
        if !stdout.isEmpty { parts.append("stdout:\n" + Self.tail(stdout, 30)) }
        if !stderr.isEmpty { parts.append("stderr:\n" + Self.tail(stderr, 40)) }
        let bakes = home.appending("bakes")
        if let last = Disk.names(bakes).last,
            let console = try? Disk.text(bakes.appending(last).appending("console.log")), status != 0
        {
            parts.append("console of \(last):\n" + Self.tail(console, 30))
        }
        return parts.joined(separator: "\n")
    }

    /// Fails the test unless the command ended with a status and standard error holds each of some words.
    func expect(_ status: Int32, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        expect(status, words, sourceLocation: sourceLocation)
    }

    /// The same for words that a table holds.
    func expect(_ status: Int32, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        let missing = words.filter { !stderr.contains($0) }
        guard self.status != status || !missing.isEmpty else { return }
        let lack = missing.isEmpty ? "" : "; stderr lacks \(missing)"
        Issue.record("expected status \(status)\(lack)\n\(self)", sourceLocation: sourceLocation)
    }

    /// Ends the test unless the command succeeded.
    @discardableResult
    func required(sourceLocation: SourceLocation = #_sourceLocation) throws -> CommandResult {
        try #require(status == 0, "\(self)", sourceLocation: sourceLocation)
        return self
    }

    /// Standard output as JSON.
    func json<Value: Decodable>(_ type: Value.Type, sourceLocation: SourceLocation = #_sourceLocation) throws -> Value {
        try required(sourceLocation: sourceLocation)
        return try JSONDecoder().decode(type, from: Data(stdout.utf8))
    }

    private static func tail(_ text: String, _ count: Int) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).suffix(count).joined(separator: "\n")
    }
}
