import Libvirt

/// Notices a guest that does nothing any more.
///
/// It does nothing while it prints nothing, asks nothing of its disks, and moves less than 4 KiB/s over the network. QEMU's user network
/// is not counted by anybody; there the processors stand in for it: a guest that waits needs next to none of them, and one that is busy
/// with something of which nothing else tells gets three times as long.
struct Watchdog: Sendable {
    /// What the guest had done at a moment.
    struct Sample: Equatable, Sendable {
        /// The bytes that came from its console and its other ports.
        var output: Int64
        var activity: Domain.Activity
    }

    /// A guest that has done nothing for too long.
    struct Silence: Equatable, Sendable {
        /// For how long.
        let duration: Duration
        /// Whether its processors were busy all the time.
        let isBusy: Bool
    }

    /// The rate below which the network is silent, in bytes a second.
    static let networkRate: Int64 = 4096
    /// What part of a processor a guest may need that does nothing.
    static let idleShare = 0.05

    /// For how long a guest may do nothing.
    let limit: Duration

    private var before: (sample: Sample, time: Duration)?
    private var silentSince: Duration = .zero
    private var busySince: Duration?

    init(limit: Duration) {
        self.limit = limit
    }

    /// Takes what the guest has done.
    ///
    /// - Parameters:
    ///   - sample: Numbers that only grow.
    ///   - time: When, from any beginning; a clock that does not jump.
    /// - Returns: The silence where it has lasted too long.
    mutating func take(_ sample: Sample, at time: Duration) -> Silence? {
        guard let (old, then) = before else {
            before = (sample, time)
            silentSince = time
            return nil
        }
        let seconds = (time - then).seconds
        guard seconds > 0 else { return nil }
        before = (sample, time)
        let isNetworkBusy =
            if let new = sample.activity.networkBytes, let old = old.activity.networkBytes {
                Double(new - old) >= Double(Self.networkRate) * seconds
            } else { false }
        if sample.output != old.output || sample.activity.diskRequests != old.activity.diskRequests || isNetworkBusy {
            silentSince = time
            busySince = nil
            return nil
        }
        let share = Double(sample.activity.processorTime &- old.activity.processorTime) / 1e9 / seconds
        let isBusy = share > Self.idleShare && sample.activity.networkBytes == nil
        if !isBusy { busySince = nil } else if busySince == nil { busySince = then }
        let duration = time - silentSince
        let isBusyThroughout = busySince.map { $0 <= silentSince } ?? false
        guard duration >= (isBusy ? limit * 3 : limit) else { return nil }
        return Silence(duration: duration, isBusy: isBusyThroughout)
    }
}

extension Duration {
    /// The same in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
