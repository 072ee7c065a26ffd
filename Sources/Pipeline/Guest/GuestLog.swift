import Diagnosis
import Foundation
import Recipes
import Synchronization
import SystemPackage

/// What a guest writes to one of its ports, on its way to a file: without secrets, bounded, and line by line to whoever listens.
final class GuestLog: Sendable {
    /// A line of the log.
    struct Line: Equatable, Sendable {
        /// Its text, without escape sequences and control characters.
        let text: String
        /// Its number in the file, from 1.
        let number: Int
        /// Whether it stands in the file's beginning; what comes later is not for the journal either.
        let isKept: Bool
    }

    /// The last line, which has not ended: a question, as a rule.
    struct Rest: Equatable, Sendable {
        let text: String
        let number: Int
        /// For how long nothing has come.
        let silence: Duration
    }

    private struct State {
        var log: BoundedLog
        var masked: MaskedStream
        var lines = LogLines()
        var last = ContinuousClock.now
        var lastLine = ""
        var raw: Int64 = 0
    }

    private let state: Mutex<State>
    private let onBytes: @Sendable ([UInt8]) -> Void
    private let onLine: @Sendable (Line) -> Void

    /// Makes the file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - masker: What keeps secrets out of the file, the lines and the bytes.
    ///   - onBytes: Takes what is written, as it is written.
    ///   - onLine: Takes each line.
    init(
        _ path: FilePath,
        masker: SecretMasker = SecretMasker([]),
        head: Int64 = BoundedLog.standardHead,
        tail: Int = BoundedLog.standardTail,
        onBytes: @escaping @Sendable ([UInt8]) -> Void = { _ in },
        onLine: @escaping @Sendable (Line) -> Void
    ) throws(Failure) {
        state = Mutex(State(log: try BoundedLog(path, head: head, tail: tail), masked: masker.stream()))
        self.onBytes = onBytes
        self.onLine = onLine
    }

    /// The bytes that the guest wrote so far.
    var received: Int64 { state.withLock { $0.raw } }

    /// The last line that had an end.
    var lastLine: String { state.withLock { $0.lastLine } }

    /// What came after the last line feed.
    var rest: Rest {
        state.withLock { state in
            Rest(
                text: ConsoleText.line(state.lines.rest),
                number: state.lines.currentLine,
                silence: ContinuousClock.now - state.last
            )
        }
    }

    /// Takes the next bytes.
    func record(_ bytes: [UInt8]) throws(Failure) {
        let text = state.withLock { state in
            state.raw += Int64(bytes.count)
            state.last = .now
            return state.masked.push(bytes)
        }
        try write(text)
    }

    /// Ends the log: what could have been the beginning of a secret is none.
    func finish() throws(Failure) {
        try write(state.withLock { $0.masked.finish() })
        let result = state.withLock { state in Result { () throws(Failure) in try state.log.close() } }
        try result.get()
    }

    private func write(_ bytes: [UInt8]) throws(Failure) {
        guard !bytes.isEmpty else { return }
        var lines: [Line] = []
        let result = state.withLock { state -> Result<Void, Failure> in
            let isKept = state.log.isWhole
            let result = Result { () throws(Failure) in try state.log.write(bytes) }
            bytes.withUnsafeBufferPointer { buffer in
                state.lines.push(buffer) { line, number in
                    let text = ConsoleText.line(Array(line))
                    if !text.isEmpty { lines.append(Line(text: text, number: number, isKept: isKept)) }
                }
            }
            if let last = lines.last { state.lastLine = last.text }
            return result
        }
        onBytes(bytes)
        for line in lines { onLine(line) }
        try result.get()
    }
}
