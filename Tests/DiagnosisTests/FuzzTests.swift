import Foundation
import TestSupport
import Testing

@testable import Diagnosis

/// `make fuzz` sets IMAGEBAKE_FUZZ_SECONDS and IMAGEBAKE_FUZZ_SEED; without them a short round of fixed inputs runs.
@Suite("Logs that nobody would write")
struct FuzzTests {
    @Test("Are read, in a time that their length bounds, and kept in a memory that has a bound")
    func mutations() {
        let environment = ProcessInfo.processInfo.environment
        let seconds = Double(environment["IMAGEBAKE_FUZZ_SECONDS"] ?? "") ?? 0
        let seed = UInt64(environment["IMAGEBAKE_FUZZ_SEED"] ?? "") ?? 1
        var noise = Noise(seed: seed)
        let seeds = FailurePattern.all.map { Array($0.seen.text.utf8) } + WildLog.all.map { Array($0.text.utf8) }
        let end = ContinuousClock.now + .seconds(seconds)
        var round = 0
        while round < 300 || ContinuousClock.now < end {
            round += 1
            let input = Self.input(seeds, &noise)
            let begin = ContinuousClock.now
            for source in [LogSource.console, .unknown] {
                let reader = LogReader.read(
                    input,
                    from: source,
                    kickstart: String(decoding: input.prefix(2000), as: UTF8.self)
                )
                #expect(reader.diagnoses.count <= 64)
                for diagnosis in reader.diagnoses {
                    #expect(!diagnosis.sentence.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" })
                    #expect(diagnosis.line >= 0 && diagnosis.text.count <= 240)
                }
            }
            let took = ContinuousClock.now - begin
            #expect(took < .seconds(2), "seed \(seed), round \(round), \(input.count) bytes")
        }
    }

    @Test(
        "A line that repeats what a pattern begins with does not cost the square of its length",
        arguments: FailurePattern.all
    )
    func repetitions(_ pattern: FailurePattern) {
        for template in pattern.templates {
            guard
                case .literal(let first) = template.tokens.first(where: {
                    if case .literal = $0 { true } else { false }
                })
            else {
                continue
            }
            let line = Array([[UInt8]](repeating: first, count: LogLines.longestLine / first.count).joined())
            let begin = ContinuousClock.now
            for _ in 0..<4 { _ = LogReader.read(line + [0x0A], from: .unknown) }
            #expect(ContinuousClock.now - begin < .seconds(2), "\(template.text)")
        }
    }

    /// Real lines with bytes changed, doubled, cut, moved and mixed with noise; or noise alone.
    private static func input(_ seeds: [[UInt8]], _ noise: inout Noise) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...6, using: &noise) {
            switch Int.random(in: 0..<5, using: &noise) {
            case 0:
                bytes += (0..<Int.random(in: 0...6000, using: &noise)).map { _ in
                    UInt8.random(in: 0...255, using: &noise)
                }
            case 1:
                bytes += [UInt8](
                    repeating: UInt8.random(in: 0...255, using: &noise),
                    count: Int.random(in: 0...9000, using: &noise)
                )
            default: bytes += seeds.randomElement(using: &noise) ?? []
            }
            if Bool.random(using: &noise) { bytes.append(0x0A) }
        }
        for _ in 0..<Int.random(in: 0...20, using: &noise) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &noise)
            let interesting: [UInt8] = [0x00, 0x0A, 0x0D, 0x1B, 0x20, 0x23, 0x27, 0x5B, 0x5D, 0x7B, 0x7D, 0xC2, 0xFF]
            switch Int.random(in: 0..<5, using: &noise) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &noise)
            case 1: bytes.insert(interesting.randomElement(using: &noise) ?? 0, at: index)
            case 2: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...40, using: &noise)))
            case 3: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 60)], at: index)
            default: bytes.insert(contentsOf: seeds.randomElement(using: &noise)?.prefix(200) ?? [], at: index)
            }
        }
        return bytes
    }
}
