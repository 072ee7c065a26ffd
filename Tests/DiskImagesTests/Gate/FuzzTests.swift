import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import DiskImages

/// `make fuzz` sets IMAGEBAKE_FUZZ_SECONDS and IMAGEBAKE_FUZZ_SEED; without them a short round of fixed inputs runs.
@Suite("Image files that nobody would write")
struct FuzzTests {
    @Test("Are judged at once, and never taken for good and refused at a time")
    func headers() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seconds = Double(environment["IMAGEBAKE_FUZZ_SECONDS"] ?? "") ?? 0
        let seed = UInt64(environment["IMAGEBAKE_FUZZ_SEED"] ?? "") ?? 1
        let directory = environment["IMAGEBAKE_FUZZ_DIRECTORY"].map { FilePath($0) }
        var random = Noise(seed: seed)
        let scratch = try await GateScratch()
        var seeds: [Data] = [Data(count: 40_000), Data()]
        for sample in GateSample.all where sample.rules.isEmpty || sample.declared == .vmdk {
            // The heads of all, and the ends of some, which is where formats have what decides.
            let bytes = try contents(try await scratch.make(sample))
            seeds.append(bytes.prefix(300_000) + (bytes.count > 300_000 ? bytes.suffix(1536) : Data()))
        }
        let path = directory?.appending("input.gate") ?? scratch.scratch.appending("input.gate")
        let end = ContinuousClock.now + .seconds(seconds)
        var round = 0
        while round < 300 || ContinuousClock.now < end {
            round += 1
            try input(seeds, &random).write(to: URL(fileURLWithPath: path.string))
            let begin = ContinuousClock.now
            for declared in DeclaredFormat.allCases {
                let verdict = try FormatGate.examine(path, declared: declared)
                #expect(verdict.refusals.count <= 64 && (verdict.virtualSize ?? 0) >= 0, "seed \(seed), round \(round)")
                #expect(verdict.refusals.isEmpty || verdict.refusals.allSatisfy { !$0.error.message.isEmpty })
            }
            _ = try ImageInspector.inspect(path)
            #expect(ContinuousClock.now - begin < .seconds(2), "seed \(seed), round \(round)")
        }
        try FileIO.remove(path)
    }

    /// A real image with bytes changed where it matters, one image's head on another, lengths cut, or noise alone.
    private func input(_ seeds: [Data], _ random: inout Noise) -> Data {
        var bytes = seeds.randomElement(using: &random) ?? Data()
        if Int.random(in: 0..<8, using: &random) == 0, let other = seeds.randomElement(using: &random) {
            let count = min(Int.random(in: 0...600, using: &random), other.count, bytes.count)
            bytes.replaceSubrange(0..<count, with: other.prefix(count))
        }
        for _ in 0..<Int.random(in: 0...12, using: &random) where !bytes.isEmpty {
            let place = GateMutation.place(in: bytes.count, &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
            case 1: bytes[place] = [0x00, 0x22, 0x0a, 0x3d, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
            default:
                let count = min(8, bytes.count - place)
                let fill: UInt8 = Bool.random(using: &random) ? 0xff : 0
                bytes.replaceSubrange(place..<place + count, with: Data(repeating: fill, count: count))
            }
        }
        if Int.random(in: 0..<6, using: &random) == 0 {
            bytes = bytes.prefix(Int.random(in: 0...bytes.count, using: &random))
        }
        return bytes
    }
}
