import Libvirt
import Testing

@testable import Pipeline

@Suite("The watchdog")
struct WatchdogTests {
    /// What a guest does in a second.
    struct Second: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var output: Int64 = 0
        var requests: Int64 = 0
        /// nil where nobody counts.
        var network: Int64? = nil
        var processor = 0.0
        /// After how many seconds it is ended by a limit of 60 s; nil for never.
        let endsAfter: Int?
    }

    static let cases: [Second] = [
        .init(testDescription: "nothing at all", endsAfter: 60),
        .init(testDescription: "nothing, with a network that is counted", network: 0, endsAfter: 60),
        .init(testDescription: "an idle kernel", processor: 0.02, endsAfter: 60),
        .init(testDescription: "output", output: 1, endsAfter: nil),
        .init(testDescription: "disk requests", requests: 1, endsAfter: nil),
        .init(testDescription: "4 KiB/s of network", network: 4096, endsAfter: nil),
        .init(testDescription: "less than 4 KiB/s of network", network: 4095, endsAfter: 60),
        .init(
            testDescription: "busy processors and a network that is counted",
            network: 0,
            processor: 1,
            endsAfter: 60
        ),
        .init(testDescription: "busy processors, and a network that nobody counts", processor: 1, endsAfter: 180),
    ]

    @Test("ends what does nothing, and nothing else", arguments: cases)
    func limits(second: Second) {
        var watchdog = Watchdog(limit: .seconds(60))
        var ended: Int?
        for time in 0...300 where ended == nil {
            let sample = Watchdog.Sample(
                output: second.output * Int64(time),
                activity: .init(
                    processorTime: UInt64(second.processor * Double(time) * 1e9),
                    diskRequests: second.requests * Int64(time),
                    networkBytes: second.network.map { $0 * Int64(time) }
                )
            )
            if watchdog.take(sample, at: .seconds(time)) != nil { ended = time }
        }
        #expect(ended == second.endsAfter)
    }

    @Test("one sign of life begins the time anew")
    func revived() {
        var watchdog = Watchdog(limit: .seconds(60))
        for time in 0..<119 {
            let activity = Domain.Activity(processorTime: 0, diskRequests: time < 59 ? 0 : 1, networkBytes: nil)
            #expect(watchdog.take(.init(output: 0, activity: activity), at: .seconds(time)) == nil)
        }
        let activity = Domain.Activity(processorTime: 0, diskRequests: 1, networkBytes: nil)
        #expect(watchdog.take(.init(output: 0, activity: activity), at: .seconds(119))?.duration == .seconds(60))
    }
}
