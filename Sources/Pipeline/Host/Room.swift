import Foundation
import SystemPackage

/// The room for guests and libguestfs' appliances, which the bakes of one process share.
///
/// A bake waits while others take the room that it needs; what does not fit even alone fails at once.
public actor Room {
    /// What a step of a bake takes.
    struct Demand: Sendable, Equatable {
        /// Bytes of memory.
        var memory: Int64
        /// Virtual processors.
        var processors: Int
        /// Bytes of disk.
        var disk: Int64

        /// What libguestfs' appliance takes.
        static let appliance = Demand(memory: 512 << 20, processors: 1, disk: DiskSpace.leastForSysprep)

        static func + (left: Self, right: Self) -> Self {
            Demand(
                memory: left.memory + right.memory,
                processors: max(left.processors, right.processors),
                disk: left.disk + right.disk
            )
        }
    }

    /// What the machine has.
    struct Supply: Sendable {
        /// Bytes of memory that can be had without swapping; nil where nobody knows.
        var memory: Int64?
        /// Processors.
        var processors: Int
        /// Free bytes of disk; nil where nobody knows.
        var disk: Int64?
    }

    private let supply: @Sendable () -> Supply
    private var taken: [UUID: Demand] = [:]
    private var budget: Int64?

    /// Creates the room of a machine.
    public init(home: Home) {
        supply = {
            Supply(
                memory: Self.availableMemory,
                processors: ProcessInfo.processInfo.activeProcessorCount,
                disk: DiskSpace.free(at: home.cache)
            )
        }
    }

    /// Creates a room of any size.
    init(supply: @escaping @Sendable () -> Supply) {
        self.supply = supply
    }

    /// Runs a step when there is room for it.
    ///
    /// - Parameters:
    ///   - demand: What it takes.
    ///   - waiting: Told once where it has to wait: for what.
    /// - Throws: ``Failure`` with ``ExitStatus/unavailable`` where the memory would not be enough for it alone; what the body throws.
    func with<Value: Sendable>(
        _ demand: Demand,
        waiting: @Sendable (String) -> Void,
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        var isTold = false
        while let lack = lack(for: demand) {
            guard !taken.isEmpty else {
                throw Failure(
                    .unavailable,
                    "there is not enough memory for the guest: it takes \(ByteText.text(demand.memory)), and \(lack)",
                    ["next": "end something else, or lower 'machine.memory' in the recipe (--memory)"]
                )
            }
            if !isTold { waiting(lack) }
            isTold = true
            try await Task.sleep(for: .milliseconds(300))
        }
        let id = UUID()
        // What guests may take together is measured while there is none: later nobody knows how much of theirs they have touched.
        if taken.isEmpty { budget = supply().memory }
        taken[id] = demand
        defer { taken[id] = nil }
        return try await body()
    }

    /// What is missing for a step; nil where it can begin.
    ///
    /// Alone, only memory counts: the others are judged where they are used.
    private func lack(for demand: Demand) -> String? {
        let supply = supply()
        if let available = supply.memory {
            let free = taken.isEmpty ? available : min(available, (budget ?? available) - sum(\.memory))
            if free < demand.memory { return "\(ByteText.text(max(0, free))) of memory are free" }
        }
        guard !taken.isEmpty else { return nil }
        // An installer waits for its disk and for the network half of the time.
        let processors = supply.processors * 2 - taken.values.reduce(0) { $0 + $1.processors }
        if processors < demand.processors { return "the processors are busy" }
        if let disk = supply.disk, disk - sum(\.disk) < demand.disk {
            return "\(ByteText.text(max(0, disk - sum(\.disk)))) of disk are free"
        }
        return nil
    }

    private func sum(_ value: KeyPath<Demand, Int64>) -> Int64 {
        taken.values.reduce(0) { $0 + $1[keyPath: value] }
    }

    /// `MemAvailable` and the free swap of /proc/meminfo (proc(5)), in bytes.
    private static var availableMemory: Int64? {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else { return nil }
        var values: [String: Int64] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 2, let number = Int64(words[1]) else { continue }
            values[String(words[0].dropLast())] = number * 1024
        }
        return values["MemAvailable"].map { $0 + (values["SwapFree"] ?? 0) }
    }
}
