import Testing

@testable import Diagnosis

extension LogReader {
    /// Reads a whole log as bytes, with what a question at its end means.
    static func read(_ text: String, from source: LogSource, kickstart: String? = nil) -> LogReader {
        read(Array(text.utf8), from: source, kickstart: kickstart)
    }

    static func read(_ bytes: [UInt8], from source: LogSource, kickstart: String? = nil) -> LogReader {
        var reader = LogReader(kickstart: kickstart)
        var lines = LogLines()
        bytes.withUnsafeBufferPointer { bytes in
            lines.push(bytes) { line, number in _ = reader.read(line, number: number, from: source) }
        }
        let rest = ConsoleText.line(lines.rest)
        _ = reader.prompt(rest, number: lines.currentLine, silence: .seconds(3600), from: source)
        lines.finish { line, number in _ = reader.read(line, number: number, from: source) }
        reader.finish()
        return reader
    }
}

extension FailurePattern: CustomTestStringConvertible {
    /// The id.
    public var testDescription: String { id }
}
