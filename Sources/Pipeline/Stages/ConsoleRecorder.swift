import Diagnosis
import Foundation
import Libvirt
import Recipes
import Synchronization
import SystemPackage

/// Writes a guest's console to a file, byte for byte save for secrets, and reads its lines for signs of how the install goes.
final class ConsoleRecorder: Sendable {
    /// Something that the console told.
    enum Sign: Equatable, Sendable {
        /// The guest's kernel panicked; nothing more will come.
        case panic(String)
        /// The installer gave up, in its own words.
        case installerError(String)
    }

    private struct State {
        var masked: MaskedStream
        var partial: [UInt8] = []
        var signs: [Sign] = []
        var lineNumber = 0
        var signLine: Int?
    }

    // A guest that never ends its line must not fill the memory.
    private static let longestLine = 4096

    private let file: FileDescriptor
    private let state: Mutex<State>
    private let onLine: @Sendable (String) -> Void
    private let onSign: @Sendable (Sign) -> Void

    init(
        _ path: FilePath,
        masker: SecretMasker = SecretMasker([]),
        onLine: @escaping @Sendable (String) -> Void,
        onSign: @escaping @Sendable (Sign) -> Void
    ) throws(Failure) {
        do {
            file = try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead]
            )
        } catch {
            throw Files.failure(error, "cannot write the console log \(path)")
        }
        state = Mutex(State(masked: masker.stream()))
        self.onLine = onLine
        self.onSign = onSign
    }

    deinit {
        try? file.close()
    }

    /// What the console told so far, and the line of the first sign.
    var signs: (signs: [Sign], line: Int?) { state.withLock { ($0.signs, $0.signLine) } }

    /// Takes the next bytes.
    func record(_ bytes: [UInt8]) throws(Failure) {
        try write(state.withLock { $0.masked.push(bytes) })
    }

    /// Ends the recording: what could have been the beginning of a secret is none.
    func finish() throws(Failure) {
        try write(state.withLock { $0.masked.finish() })
    }

    private func write(_ bytes: [UInt8]) throws(Failure) {
        do {
            try file.writeAll(bytes)
        } catch {
            throw Files.failure(error, "cannot write the console log")
        }
        var lines: [(String, Int)] = []
        state.withLock { state in
            for byte in bytes {
                if byte == UInt8(ascii: "\n") || state.partial.count >= Self.longestLine {
                    state.lineNumber += 1
                    lines.append((ConsoleText.line(state.partial), state.lineNumber))
                    state.partial = []
                } else {
                    state.partial.append(byte)
                }
            }
        }
        for (line, number) in lines where !line.isEmpty {
            onLine(line)
            guard let sign = Self.sign(in: line) else { continue }
            state.withLock { state in
                state.signs.append(sign)
                if state.signLine == nil { state.signLine = number }
            }
            onSign(sign)
        }
    }

    /// What a line of the console tells, if anything.
    static func sign(in line: String) -> Sign? {
        // The kernel's own words (kernel/panic.c): "Kernel panic - not syncing: %s". The line that ends the dump,
        // "---[ end Kernel panic - not syncing: ...", says it a second time.
        if let range = line.range(of: "Kernel panic - not syncing: "), !line.contains("end Kernel panic") {
            return .panic(String(line[range.upperBound...]))
        }
        // Not an installer line in the middle of another: a script may print one.
        if let range = line.range(of: "imagebake-installer: error: "), line.hasSignAtStart(range.lowerBound) {
            return .installerError(String(line[range.upperBound...]))
        }
        return nil
    }
}

extension String {
    fileprivate func hasSignAtStart(_ index: Index) -> Bool {
        // A time stamp of the kernel or of the installer may stand before it: "[   12.345] ".
        self[..<index].allSatisfy { "[]. 0123456789".contains($0) }
    }
}
