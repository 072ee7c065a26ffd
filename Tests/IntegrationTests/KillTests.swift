import Foundation
import SystemPackage
import Testing

/// How many kills are tried.
private enum Kills {
    static let count = ProcessInfo.processInfo.environment["IMAGEBAKE_KILLS"].flatMap { Int($0) } ?? 0
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
            images: lab.blobs.count,
            stages: Set(stages.map { String($0.prefix { $0 != "." }) })
        )
    }

    private func prepare(_ lab: Lab, _ tree: FilePath) async throws -> [String] {
        try await lab.learn()
        let recipe = try SmallRecipe.write(to: lab, replacing: "built-in", with: tree.string)
        return ["build", recipe.string, "--progress", "none"]
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

    @Test("the process, at random moments of the whole pipeline")
    func process() async throws {
        let tree = try await DebianBake.tree()
        let (expected, seconds) = try await undisturbed(tree)
        try await withLab { lab in
            // One home for a whole pipeline: each kill finds what the runs before it left.
            var command = try await prepare(lab, tree)
            for number in 0..<Kills.count {
                if lab.blobs.count > 0 {
                    #expect(try result(lab) == expected, "before kill \(number)")
                    Disk.remove(lab.home)
                    command = try await prepare(lab, tree)
                }
                let bake = try await lab.start(command)
                let moment = Double.random(in: 0...seconds)
                try await Task.sleep(for: .seconds(moment))
                bake.send(SIGKILL)
                let status = try await bake.result().status
                #expect([0, 128 + SIGKILL].contains(status), "killed after \(moment) s")
            }
            _ = try await lab.run(command).required()
            #expect(try result(lab) == expected)
            #expect(lab.leftovers == [])
            let unchanged = try await lab.run(["build", command[1], "--progress", "json"]).required()
            #expect(unchanged.events.ran == ["render", "tree"])
        }
    }

    @Test("the guest, at random moments of the install")
    func guest() async throws {
        let tree = try await DebianBake.tree()
        try await withLab { lab in
            let command = try await prepare(lab, tree)
            let stages = lab.home.appending("cache").appending("stages")
            for number in 0..<Kills.count {
                let bake = try await lab.start(command)
                try await lab.wait(for: "the guest") {
                    !Processes.guests(naming: lab.home.string).isEmpty || !bake.isRunning
                }
                let moment = Double.random(in: 0...10)
                try await Task.sleep(for: .seconds(moment))
                let guests = Processes.guests(naming: lab.home.string)
                guard !guests.isEmpty else { break }
                for pid in guests { kill(pid, SIGKILL) }
                let result = try await bake.result()
                // An appliance of libguestfs is no guest, so this was the installer's.
                result.expect(80, "install failed")
                #expect(lab.leftovers == [], "kill \(number), after \(moment) s")
                #expect(Disk.names(stages) == [])
            }
            _ = try await lab.run(command).required()
            #expect(lab.blobs.count == 1)
        }
    }
}
