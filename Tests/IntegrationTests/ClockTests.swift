import Foundation
import SystemPackage
import Testing

extension Integration {
    /// A clock that jumps while a bake is under way: somebody sets it, or NTP does.
    @Suite("Clocks that jump", .needs(.guests, .initrd))
    struct ClockTests {
        @Test(
            "the machine's and the guest's: deadline, times and durations are what they were",
            arguments: [7200, -7200]
        )
        func jump(by offset: Int) async throws {
            try await withLab { lab in
                try await lab.learn()
                let recipe = try SmallRecipe.write(to: lab)
                // The guest's own clock goes to 2001 and then to 2033; nothing that is printed may look like a failure for it.
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script: """
                        /bin/busybox date -s @1000000000
                        echo here I am
                        /bin/busybox sleep 3
                        /bin/busybox date -s @2000000000
                        while :; do echo tick; /bin/busybox sleep 1; done
                        """
                )
                let clock = try lab.file("clock", "0\n")
                let begin = ContinuousClock.now
                let bake = try await lab.start(
                    ["build", recipe.string, "--location", tree.string, "--deadline", "40s", "--progress", "plain"],
                    // QEMU, which libvirt starts in our own process, gets it too, and with it the guest.
                    environment: [
                        "LD_PRELOAD": Checkout.binary.removingLastComponent().appending("libJumpingClock.so").string,
                        "IMAGEBAKE_TEST_CLOCK": clock.string,
                    ]
                )
                try await lab.wait(for: "the guest") { lab.console.contains("here I am") || !bake.isRunning }
                try #require(bake.isRunning, "the guest was not there before the deadline")
                try Disk.write("\(offset)\n", to: clock)
                let result = try await bake.result()
                let took = seconds(ContinuousClock.now - begin)
                result.expect(80, "install failed: the guest had not finished at the deadline of 40 seconds")
                #expect(took < 120)
                try await lab.expectEvidence(of: result, with: "console.log")
                #expect(lab.leftovers == [])

                // Beginning, end, and all that is measured between them.
                let record = try Self.object(lab.lastBake.appending("bake.json"))
                let started = try Self.date(record["started"])
                let finished = try Self.date(record["finished"])
                #expect((38...took + 2).contains(finished.timeIntervalSince(started)))
                let lines = try Disk.text(lab.lastBake.appending("journal.jsonl")).split(separator: "\n")
                let times = try lines.map { try Self.date(Self.object($0)["time"]) }
                #expect(times == times.sorted())
                for line in lines {
                    for match in line.matches(of: #/"seconds":(-?[0-9.e+]+)/#) {
                        #expect((0...took + 1).contains(Double(match.1) ?? -1), "\(line)")
                    }
                }
            }
        }

        private func seconds(_ duration: Duration) -> Double {
            Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        }

        private static func object(_ file: FilePath) throws -> [String: Any] { try object(Disk.text(file)) }

        private static func object(_ text: some StringProtocol) throws -> [String: Any] {
            try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }

        private static func date(_ value: Any?) throws -> Date {
            let text = try #require(value as? String)
            if let date = try? Date(text, strategy: .iso8601) { return date }
            return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        }
    }
}
