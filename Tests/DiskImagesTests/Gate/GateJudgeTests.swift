import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import DiskImages

/// The gate beside oslo.utils' format_inspector, used as Glance 33 uses it.
@Suite("The format gate and Glance's")
struct GateJudgeTests {
    @Test(
        "Say the same of every kind of image under every declaration, save for the differences that are listed",
        .enabled(if: FormatJudge.canRun, FormatJudge.reason)
    )
    func samples() async throws {
        let scratch = try await GateScratch()
        var paths: [FilePath] = []
        for sample in GateSample.all { paths.append(try await scratch.make(sample)) }
        let used = try await compare(paths)
        // An entry that nothing needs says something untrue.
        for difference in GateDifference.stricter + [.kernels] {
            #expect(used.contains(difference), "no sample needs: \(difference.reason)")
        }
    }

    @Test(
        "Say the same of images with a bit flipped or their end cut off",
        .enabled(if: FormatJudge.canRun, FormatJudge.reason)
    )
    func mutations() async throws {
        let scratch = try await GateScratch()
        let names: Set = [
            "qcow2", "qcow2-version-2", "vmdk", "vmdk-footer", "vhd", "vhdx", "vdi", "luks", "gpt", "mbr",
            "iso-with-mbr", "qed",
        ]
        // Other changes with IMAGEBAKE_FUZZ_SEED.
        let seed = UInt64(ProcessInfo.processInfo.environment["IMAGEBAKE_FUZZ_SEED"] ?? "") ?? 1
        var random = Noise(seed: seed)
        for sample in GateSample.all where names.contains(sample.name) || sample.name == "descriptor-sparse" {
            let whole = try contents(try await scratch.make(sample))
            var paths: [FilePath] = []
            for number in 0..<60 {
                var bytes = whole
                for _ in 0...Int.random(in: 0...1, using: &random) {
                    let place = GateMutation.place(in: bytes.count, &random)
                    bytes[place] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
                }
                paths.append(try scratch.scratch.write("\(sample.name)-flipped-\(number)", bytes))
            }
            for length in [
                0, 1, 4, 63, 64, 100, 511, 512, 591, 592, 1023, 1024, 1536, 34_815, 34_816, 196_608, 262_143, 262_144,
            ]
            where length < whole.count {
                paths.append(try scratch.scratch.write("\(sample.name)-cut-\(length)", whole.prefix(length)))
            }
            for missing in [1, 511, 512] {
                paths.append(try scratch.scratch.write("\(sample.name)-less-\(missing)", whole.dropLast(missing)))
            }
            _ = try await compare(paths)
            for path in paths { try FileIO.remove(path) }
        }
    }

    /// Compares verdicts and answers which differences were seen.
    private func compare(_ paths: [FilePath]) async throws -> Set<GateDifference> {
        var used: Set<GateDifference> = []
        for (path, answer) in zip(paths, try await FormatJudge.answers(paths)) {
            let name = path.lastComponent?.string ?? ""
            for declared in DeclaredFormat.allCases {
                let verdict = try FormatGate.examine(path, declared: declared)
                used.formUnion(explain(verdict, answer, "\(name) as \(declared.rawValue)"))
            }
        }
        return used
    }

    private func explain(_ verdict: GateVerdict, _ answer: FormatJudge.Answer, _ name: String) -> Set<GateDifference> {
        let refusal = answer.refusal(verdict.declared)
        var used: Set<GateDifference> = []
        switch (verdict.isAccepted, refusal) {
        case (true, nil):
            if !answer.unchecked, let size = answer.sizes[verdict.declared.rawValue], size > 0 {
                #expect(verdict.virtualSize == size, "\(name)")
            }
        case (false, .some): break
        case (true, .some(let refusal)):
            let isKernel = verdict.detected == .gpt && [.aki, .ari].contains(verdict.declared)
            #expect(isKernel, "\(name): Glance refuses it (\(refusal)), the gate takes it")
            used.insert(.kernels)
        case (false, nil):
            for refusal in verdict.refusals {
                let reason = GateDifference.stricter.first { $0.covers(refusal.rule, verdict, answer) }
                #expect(reason != nil, "\(name): Glance takes it, the gate does not: \(refusal.rule), \(refusal.error)")
                if let reason { used.insert(reason) }
            }
        }
        // What is cut off, and a descriptor that Glance does not know for one, is a format only here.
        let isBroken = verdict.refusals.contains { [.truncated, .textDescriptor, .ambiguous].contains($0.rule) }
        if let formats = answer.formats, !isBroken {
            #expect(
                formats == (verdict.matches.isEmpty ? ["raw"] : verdict.matches.map(\.rawValue).sorted()),
                "\(name)"
            )
        }
        return used
    }
}
