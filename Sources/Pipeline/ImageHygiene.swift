import DiskImages
import Guestfs
import SystemPackage

/// All that is looked for in a finished image: in its files, through libguestfs, and in all the bytes of its disk.
struct ImageHygiene: Sendable {
    let request: HygieneRequest
    /// What must not be anywhere on the disk.
    let patterns: [SearchPattern]
    let qemuImg: QemuImg
    let options: GuestfsOptions

    /// Looks for everything; what is found is in the report.
    ///
    /// Errors: ``GuestfsError``, ``DiskImageError``, `CancellationError`.
    func run(activity: @Sendable (String) -> Void) async throws -> HygieneReport {
        let search = try DiskSearch(beside: qemuImg)
        let format: DiskImages.DiskFormat = request.format == .raw ? .raw : .qcow2
        // The search takes a second or two of the time in which the appliance starts.
        async let searching = search.run(request.disk, format: format, for: patterns)
        var report = try await Hygiene.check(request, options: options)
        let found = try await searching
        report.add(
            HygieneCheck(
                name: "disk-search",
                heading: "no secret, no private key, nothing of the bake in any byte of the disk",
                findings: try await findings(found, report, activity)
            )
        )
        return report
    }

    private func findings(
        _ found: [SearchResult],
        _ report: HygieneReport,
        _ activity: @Sendable (String) -> Void
    ) async throws -> [String] {
        // Private keys in files that were opened have a check of their own, which knows those that are declared.
        var left = found.filter { $0.count > ($0.name == SearchPattern.privateKey.name ? report.privateKeys : 0) }
        let wanted =
            report.opaque.isEmpty ? patterns.filter { pattern in left.contains { $0.name == pattern.name } } : patterns
        if wanted.isEmpty { return [] }
        activity(
            report.opaque.isEmpty
                ? "finding out which files hold what was found" : "reading every file of a compressed or encrypted disk"
        )
        var request = request
        request.layout = report.layout
        let places = try await ContentLocator(patterns: wanted, declared: request.declared).run(
            on: request,
            options: options
        )
        var findings = places.findings
        for index in left.indices {
            let located = places.counts[left[index].name] ?? 0
            // What is in a file may stand in another place of the disk too: its journal, or where it was before.
            if located >= left[index].count { left[index].offsets = [] }
            if located < left[index].count, let offset = left[index].offsets.first {
                findings.append(
                    "\(left[index].name): \(left[index].count - located) times outside of files, the first of all at byte \(offset) of the disk"
                )
            }
        }
        return findings.sorted()
    }
}
