import Foundation
import SystemPackage
import TestSupport
import Testing

/// How many kills are tried, and of which series of moments.
private enum Kills {
    static let count = number("IMAGEBAKE_KILLS") ?? 0
    /// Printed, so that a run that failed can be run again.
    static let seed = number("IMAGEBAKE_SEED").map(UInt64.init) ?? UInt64(Date().timeIntervalSince1970)

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }
}

/// kill -9 at any moment: the next run is right.
///
/// `IMAGEBAKE_KILLS` says how many moments are tried, none where it is not set; `make test-faults` tries 40. Not one of `Integration`, whose
/// time limit holds for each of its tests: of several limits the shortest counts.
@Suite(
    "Kills",
    .serialized,
    .timeLimit(.minutes(600)),
    .enabled(if: Kills.count > 0, "they take hours; 'make test-faults' runs them"),
    .needs(.guests, .appliance, .debianTree)
)
struct KillTests {
    /// Who is killed.
    enum Victim: String, CaseIterable, CustomTestStringConvertible {
        case process = "the process"
        /// The installer's guest or, in the stages that open the disk, libguestfs' appliance: both are QEMU.
        case guest = "the guest"

        var testDescription: String { rawValue }

        /// Ends it, and says how many there were.
        func kill(_ bake: RunningCommand, in lab: Lab) -> Int {
            switch self {
            case .process:
                bake.send(SIGKILL)
                return 1
            case .guest:
                let guests = Processes.guests(naming: lab.home.string)
                for pid in guests { Glibc.kill(pid, SIGKILL) }
                return guests.count
            }
        }

        /// How the bake may end then: it may have been done, or the guest may have been at its own end.
        func statuses(in stage: String) -> Set<Int32> {
            switch self {
            case .process: [0, 128 + SIGKILL]
            // An appliance that ends while it starts cannot be told from one that this machine cannot start.
            case .guest: stage == "sysprep" ? [0, 69, 81] : [0, 80]
            }
        }
    }

    /// What must be the same whether or not somebody was killed on the way.
    private struct Result: Equatable {
        let packages: String
        let images: Int
        let stages: Set<String>
    }

    private func result(_ lab: Lab) throws -> Result {
        let bakes = lab.home.appending("bakes")
        let reports = Disk.names(bakes).map { bakes.appending($0).appending("sysprep.json") }.filter(Disk.exists)
        let report = try #require(reports.last, "no bake has a report of sysprep")
        let object = try JSONSerialization.jsonObject(with: Data(Disk.text(report).utf8)) as? [String: Any]
        let packages = (object?["packages"] as? [[String: Any]] ?? []).map { package in
            package.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        }
        #expect(!packages.isEmpty)
        let stages = Disk.names(lab.home.appending("cache").appending("stages"))
        return Result(
            packages: packages.joined(separator: "\n"),
            images: lab.imageBlobs.count,
            stages: Set(stages.map { String($0.prefix { $0 != "." }) })
        )
    }

    private func prepare(_ lab: Lab, _ tree: FilePath) async throws -> [String] {
        try await lab.learn()
        let recipe = try SmallRecipe.write(to: lab, replacing: "built-in", with: tree.string)
        return ["build", recipe.string, "--progress", "json"]
    }

    /// Runs a bake that nobody disturbs.
    private func undisturbed(_ tree: FilePath) async throws -> (result: Result, seconds: Double) {
        try await withLab { lab in
            let command = try await prepare(lab, tree)
            let begin = ContinuousClock.now
            _ = try await lab.run(command).required()
            let seconds = Double((ContinuousClock.now - begin).components.seconds)
            return (try result(lab), max(seconds, 1))
        }
    }

    @Test("at random moments of the whole pipeline", arguments: Victim.allCases)
    func kills(_ victim: Victim) async throws {
        let tree = try await DebianBake.tree()
        let (expected, seconds) = try await undisturbed(tree)
        print("\(victim.rawValue): \(Kills.count) kills within \(Int(seconds)) s, IMAGEBAKE_SEED=\(Kills.seed)")
        var noise = Noise(seed: Kills.seed)
        try await withLab { lab in
            // One home for a whole pipeline: each kill finds what the runs before it left.
            var command = try await prepare(lab, tree)
            var number = 0
            while number < Kills.count {
                if lab.imageBlobs.count > 0 {
                    #expect(try result(lab) == expected, "before kill \(number)")
                    Disk.remove(lab.home)
                    command = try await prepare(lab, tree)
                }
                let bake = try await lab.start(command)
                let moment = Double.random(in: 0...seconds, using: &noise)
                try await Task.sleep(for: .seconds(moment))
                let hit = bake.isRunning ? victim.kill(bake, in: lab) : 0
                let result = try await bake.result()
                // Stages that are cached end sooner, and some have no guest: what hits nothing does not count.
                guard hit > 0 else { continue }
                number += 1
                let stage = result.events.last { $0.kind.started != nil }?.stage ?? "none"
                print("\(victim.rawValue): kill \(number) after \(Int(moment)) s, in \(stage): status \(result.status)")
                #expect(victim.statuses(in: stage).contains(result.status), "killed after \(moment) s")
                // Whoever was not killed itself cleans up at once.
                if victim == .guest { #expect(lab.leftovers == [], "kill \(number), after \(moment) s") }
            }
            _ = try await lab.run(command).required()
            #expect(try result(lab) == expected)
            #expect(lab.leftovers == [])
            let unchanged = try await lab.run(command).required()
            #expect(unchanged.events.ran == ["render", "tree"])
        }
    }
}
