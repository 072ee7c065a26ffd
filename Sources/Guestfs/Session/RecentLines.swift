/// The last lines that libguestfs and the appliance printed, for the message of a failed launch.
final class RecentLines {
    private(set) var lines: [String] = []
    private let log: (@Sendable (String) -> Void)?
    private let limit = 60

    init(log: (@Sendable (String) -> Void)?) {
        self.log = log
    }

    func add(_ text: some Collection<UInt8>) {
        for line in text.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            let shown = String(decoding: line, as: UTF8.self)
            log?(shown)
            lines.append(shown)
        }
        if lines.count > limit { lines.removeFirst(lines.count - limit) }
    }

    /// Whether QEMU said something of its own, as it does before it gives up.
    var hasComplaint: Bool { contains("qemu") }

    func contains(_ text: String) -> Bool {
        lines.contains { $0.contains(text) }
    }
}
