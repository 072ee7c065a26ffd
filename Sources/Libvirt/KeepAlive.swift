/// How soon a host that vanished without a word is noticed.
public struct KeepAlive: Equatable, Sendable {
    /// The seconds of silence after which the host is asked whether it is there.
    public var interval: Int32
    /// How many questions may stay without an answer.
    public var count: UInt32

    /// Creates a rule.
    ///
    /// libvirt gives up after `interval * (count + 1)` seconds (virConnectSetKeepAlive).
    public init(interval: Int32 = 5, count: UInt32 = 4) {
        self.interval = interval
        self.count = count
    }
}
