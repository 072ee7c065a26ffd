public import Diagnosis
import Foundation
import SystemPackage

/// What the logs of an install mean, read from files of any size and content.
public struct LogExamination: Encodable, Sendable {
    /// A file that was read.
    public struct File: Encodable, Sendable {
        /// Its name, as it was given; `-` is standard input.
        public let name: String
        /// How many lines it has.
        public let lines: Int
        /// Its last lines that are not empty, at most five, without control characters.
        public let tail: [String]
    }

    /// A diagnosis and where it stands.
    public struct Finding: Encodable, Sendable {
        /// The file.
        public let file: String
        /// What it says, and the line.
        public let diagnosis: Diagnosis
    }

    /// The files, in the order in which they were given.
    public private(set) var files: [File] = []
    /// What ended the install, as far as is known.
    public private(set) var cause: Finding?
    /// What else was seen, in the order of the files and lines; hints that may mean nothing are among it.
    public private(set) var others: [Finding] = []

    private static let chunk = 1 << 18
    private static let tailLength = 5

    /// Reads logs.
    ///
    /// - Parameters:
    ///   - names: The files of one install; `-` is standard input.
    ///   - kickstart: The rendered kickstart of that install.
    /// - Throws: A failure of status `inputMissing` for a file that is not there, else of the status of its error.
    public init(of names: [String], kickstart: String? = nil) throws(Failure) {
        let text = try kickstart.map { name throws(Failure) in try Self.text(of: name) }
        var findings: [Finding] = []
        for name in names {
            let (file, diagnoses) = try Self.read(name, kickstart: text)
            files.append(file)
            findings += diagnoses.map { Finding(file: name, diagnosis: $0) }
        }
        if let best = Diagnosis.best(of: findings.map(\.diagnosis)) { cause = findings.remove(at: best) }
        others = findings
    }

    private static func text(of name: String) throws(Failure) -> String {
        var bytes: [UInt8] = []
        try forEachChunk(of: name) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func read(_ name: String, kickstart: String?) throws(Failure) -> (File, [Diagnosis]) {
        let source = LogSource(fileName: FilePath(name).lastComponent?.string ?? name)
        var reader = LogReader(kickstart: kickstart)
        var lines = LogLines()
        var count = 0
        var tail = Tail()
        func take(_ line: UnsafeBufferPointer<UInt8>, _ number: Int) {
            count = number
            tail.add(line)
            _ = reader.read(line, number: number, from: source)
        }
        try forEachChunk(of: name) { lines.push($0, take) }
        // Nothing more will come, so a question at the end is one that waits.
        let rest = ConsoleText.line(lines.rest)
        _ = reader.prompt(rest, number: lines.currentLine, silence: .seconds(3600), from: source)
        lines.finish(take)
        reader.finish()
        return (File(name: name, lines: count, tail: tail.lines), reader.diagnoses)
    }

    private static func forEachChunk(
        of name: String,
        _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) throws(Failure) {
        do {
            let file = name == "-" ? FileDescriptor.standardInput : try FileDescriptor.open(name, .readOnly)
            defer { if name != "-" { try? file.close() } }
            var buffer = [UInt8](repeating: 0, count: chunk)
            while true {
                let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                guard count > 0 else { return }
                buffer.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[..<count])) }
            }
        } catch {
            throw Files.failure(error, "cannot read \(name)")
        }
    }

    /// The last lines, in a memory that does not grow.
    private struct Tail {
        private var kept: [[UInt8]] = []
        private var next = 0

        mutating func add(_ line: UnsafeBufferPointer<UInt8>) {
            guard line.contains(where: { $0 > 0x20 }) else { return }
            if kept.count < LogExamination.tailLength {
                kept.append(Array(line))
            } else {
                kept[next].removeAll(keepingCapacity: true)
                kept[next].append(contentsOf: line)
                next = (next + 1) % kept.count
            }
        }

        var lines: [String] { (kept[next...] + kept[..<next]).map { String(ConsoleText.line($0).prefix(240)) } }
    }
}
