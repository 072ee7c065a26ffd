import Foundation
import Publish
import SystemPackage

/// Removes what a killed process left behind: guests, disks, half-made files.
///
/// A lock that is held means alive; what has no lock and no end is left over.
public struct Sweeper: Sendable {
    private let home: Home

    /// Creates a sweeper; touches nothing.
    public init(home: Home) {
        self.home = home
    }

    /// Sweeps.
    ///
    /// - Returns: A sentence for each bake or tree whose leftovers were removed, or could not be.
    public func sweep() async -> [String] {
        var report: [String] = []
        let store = BakeStore(home: home)
        for name in Files.names(in: home.work) where !store.isAlive(name) {
            if PublicationWork.isOne(name) {
                if !PublicationWork.isAlive(name, home: home) { report.append(publication(name)) }
                continue
            }
            if KeptBake.isKept(home.work.appending(name)) { continue }
            do throws(Failure) {
                let guest = GuestRecord.load(from: home.work.appending(name))
                try await guest?.destroy(home: home)
                try Files.remove(home.work.appending(name))
                if var record = try? store.find(name), record.state == .interrupted, record.finished == nil {
                    record.finished = Date()
                    record.status = ExitStatus.interrupted.rawValue
                    record.message = "its process was killed"
                    try store.save(record)
                }
                let what = guest == nil ? "its files" : "its guest and files"
                report.append("the bake \(name) was killed; \(what) are removed now")
            } catch {
                report.append("the leftovers of the bake \(name) cannot be removed: \(error.message)")
            }
        }
        report += await RemoteRecord.sweep(home)
        report += await EmbeddedDriver.sweep(home)
        report += await BuiltInTree.sweep(home)
        StageCache(root: home.stages).sweep()
        _ = try? await LocalRegistry(root: home.registry).sweepLeftovers(isHasty: true)
        return report
    }

    /// Sweeps what a killed `publish` left.
    private func publication(_ name: String) -> String {
        do {
            try PublicationWork.removeLeftovers(of: name, home: home)
            return "a publication was killed; its files are removed now"
        } catch {
            return "the leftovers of a publication cannot be removed: \(error.message)"
        }
    }
}
