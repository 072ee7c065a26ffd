import DiskImages
import Foundation
import Publish
import Synchronization
import SystemPackage

/// Several publications, some of them at once, whatever becomes of one.
struct PublicationBatch: Sendable {
    let orders: [PublicationOrder]
    let home: Home
    let report: PublicationReport

    /// How many are under way at once at most: a cloud's uplink or a disk is busy with fewer.
    static let width = 4

    /// Publishes all of them.
    ///
    /// Those of one name and format in one registry go one after the other, since each moves the name.
    /// - Returns: The images, in the order of the orders.
    /// - Throws: ``Failure`` that names each that failed; what succeeded stays, and is found there by the next run.
    func run() async throws -> [ImagePublisher.Outcome] {
        let locks = try await locks()
        defer { withExtendedLifetime(locks) {} }
        let identity = try PublisherIdentity(home: home)
        let meter = TransferSum(report.bytes)
        let chains = Dictionary(grouping: orders.indices) { index in
            let order = orders[index]
            return [order.registryName, order.rule.name, order.request.formatName.rawValue]
        }.values.sorted { $0[0] < $1[0] }

        var results = [Result<ImagePublisher.Outcome, Failure>?](repeating: nil, count: orders.count)
        await withTaskGroup(of: [(Int, Result<ImagePublisher.Outcome, Failure>)].self) { group in
            var waiting = chains[...]
            func begin() {
                guard let chain = waiting.popFirst() else { return }
                group.addTask {
                    var done: [(Int, Result<ImagePublisher.Outcome, Failure>)] = []
                    for index in chain { done.append((index, await publish(index, identity, meter))) }
                    return done
                }
            }
            for _ in 0..<Self.width { begin() }
            while let done = await group.next() {
                for (index, result) in done { results[index] = result }
                begin()
            }
        }
        if Task.isCancelled { throw Failure.interrupted }
        let all = results.map { $0 ?? .failure(.interrupted) }
        if let failure = failure(of: all) { throw failure }
        return try all.map { try $0.get() }
    }

    private func publish(
        _ index: Int,
        _ identity: PublisherIdentity,
        _ meter: TransferSum
    ) async -> Result<ImagePublisher.Outcome, Failure> {
        let order = orders[index]
        report.activity("publishing '\(order.rule.name)' to \(order.registryName)")
        do {
            try Task.checkCancellation()
            let publisher = try order.publisher(identity, warn: report.warn, note: report.step)
            return .success(try await publisher.publish(order.request) { meter.report(index, $0) })
        } catch {
            let failure = Failure(error, stage: report.stage)
            if orders.count > 1, failure.status != .interrupted { report.warn("\(order.title): \(failure.message)") }
            return .failure(failure)
        }
    }

    private func failure(of results: [Result<ImagePublisher.Outcome, Failure>]) -> Failure? {
        let failed = zip(orders, results).compactMap { order, result -> (PublicationOrder, Failure)? in
            guard case .failure(let failure) = result else { return nil }
            return (order, failure)
        }
        guard let first = failed.first else { return nil }
        if orders.count == 1 { return first.1 }
        let list = failed.map { "\($0.title): \($1.message)" }.joined(separator: "; ")
        return Failure(
            first.1.status,
            "publishing failed in \(failed.count) of \(orders.count) places: \(list)",
            ["next": "correct it and run the same command; what was published stays and is not sent again"]
        )
    }

    /// The right to move each name; nobody else of this home does it meanwhile.
    private func locks() async throws -> [PublicationLock] {
        var locks: [PublicationLock] = []
        // In one order, so that two runs never wait for each other.
        for name in Set(orders.map { [$0.registryName, $0.rule.name] }).sorted(by: { $0.lexicographicallyPrecedes($1) })
        {
            locks.append(try await PublicationLock(name[1], in: name[0], home: home, waiting: report.activity))
        }
        return locks
    }
}
