import Foundation
import TestSupport
import Testing

@testable import InstallTrees

/// The tests of `MutationTests` for as long as `make fuzz` says, with other numbers each time.
@Suite("Fuzz", .enabled(if: FuzzTime.seconds > 0, "make fuzz runs it")) struct FuzzTests {
    @Test func treeinfos() throws {
        let environment = ProcessInfo.processInfo.environment
        let input = URL(filePath: environment["IMAGEBAKE_FUZZ_DIRECTORY"] ?? "/nonexistent").appending(
            path: "input.treeinfo"
        )
        var random = Noise(seed: UInt64(environment["IMAGEBAKE_FUZZ_SEED"] ?? "") ?? 1)
        let begin = ContinuousClock.now
        var count = 0
        while ContinuousClock.now - begin < .seconds(FuzzTime.seconds) {
            let layout = TreeLayout.all[count % TreeLayout.all.count]
            let bytes = MutationTests.mutated(Array(layout.text.utf8), &random)
            try Data(bytes).write(to: input)
            let start = ContinuousClock.now
            _ = MutationTests.attempt { () throws(TreeError) in try TreeInfo(parsing: bytes, location: "here") }
            #expect(ContinuousClock.now - start < .seconds(2))
            count += 1
        }
        print("fuzz: \(count) inputs for treeinfo")
    }
}

/// How long `make fuzz` lets each test run.
private enum FuzzTime {
    static let seconds = Double(ProcessInfo.processInfo.environment["IMAGEBAKE_FUZZ_SECONDS"] ?? "") ?? 0
}
