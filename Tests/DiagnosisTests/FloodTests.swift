import Foundation
import Testing

@testable import Diagnosis

@Suite("A console that floods")
struct FloodTests {
    /// What kinds of flood there are, each at least 1 MiB long.
    private static let floods: [(name: String, line: String)] = [
        ("kernel messages", "[   12.345678] systemd[1]: Started Create Volatile Files and Directories and some more."),
        ("text mode", "Installing compat-libstdc++-33-devel-static.x86_64 (579/1741) of the base"),
        ("colours", "\u{1B}[0;32m  OK  \u{1B}[0m] Reached target \u{1B}[0;1;39mLocal File Systems\u{1B}[0m."),
        ("one failure", "[   12.345678] Kernel panic - not syncing: Attempted to kill init! exitcode=0x7f00"),
        ("binary", String(repeating: "\u{1}\u{FF}\u{1B}", count: 60)),
    ]

    @Test("Is read at a speed that a serial port never reaches, in bounded memory", arguments: floods.indices)
    func speed(_ index: Int) {
        let flood = Self.floods[index]
        let line = Array("\(flood.line)\n".utf8)
        let count = (1 << 20) / line.count + 1
        let bytes = Array([[UInt8]](repeating: line, count: count).joined())
        let begin = ContinuousClock.now
        let reader = LogReader.read(bytes, from: .console)
        let took = ContinuousClock.now - begin
        let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
        print(
            "flood of \(flood.name): \(Int(Double(bytes.count) / seconds / 1e6)) MB/s, \(Int(Double(count) / seconds)) lines/s"
        )
        #expect(reader.diagnoses.count <= 64)
        // A debug build on a busy machine; a serial port has 0.01 MB/s, a virtual console some MB/s.
        #expect(seconds < 10, "\(flood.name)")
    }
}
