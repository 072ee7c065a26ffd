import DiskImages
import Publish
import SystemPackage

/// Converts what a registry wants in another format, each file once for all registries.
struct PublicationConversion: Sendable {
    let qemuImg: QemuImg
    /// Where the converted files go; the caller removes it.
    let work: FilePath
    let report: PublicationReport

    /// Converts, and puts the new files in the place of the old ones.
    ///
    /// - Throws: `DiskImageError` or `CancellationError`.
    func run(_ orders: inout [PublicationOrder]) async throws {
        var converted: [String: FilePath] = [:]
        for index in orders.indices {
            guard let from = orders[index].convertedFrom else { continue }
            let format = orders[index].request.diskFormat
            let name = "publish-\(orders[index].source).\(format.rawValue)"
            let file = converted[name] ?? work.appending(name)
            if converted[name] == nil {
                report.activity("converting to \(format.rawValue) for \(orders[index].registryName)")
                try await qemuImg.convert(
                    orders[index].request.file,
                    format: from,
                    to: file,
                    output: format == .raw ? .raw : .qcow2(.zstd)
                ) { report.bytes($0.completed, $0.total) }
                converted[name] = file
            }
            orders[index].request.file = file
            orders[index].request.digests = nil
            // It is ours alone, and goes when all is published.
            orders[index].request.sharing = .hardLink
        }
    }
}
