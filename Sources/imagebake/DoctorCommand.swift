import ArgumentParser
import Pipeline

/// `imagebake doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what this machine has, what it lacks, and how to get it.",
        discussion: "Exit status 69 where something that a bake needs is missing."
    )

    @Option(help: "The libvirt URI. Default: LIBVIRT_DEFAULT_URI, else one that needs no set-up.")
    var connect: String?

    @OptionGroup(title: "Output options")
    var format: ListOptions

    private static let columns = ["part", "state", "found"]

    func validate() throws { try format.check(Self.columns) }

    mutating func run() async throws {
        let home = try Home()
        for leftover in await Sweeper(home: home).sweep() { Output.error("warning: \(leftover)") }
        let connect = connect
        // It starts a guest, which must not outlive it.
        let findings = try await withSignals {
            let findings = await Doctor(home: home, connect: connect).examine()
            try Task.checkCancellation()
            return findings
        }
        let rows = findings.map { finding in
            [finding.name, finding.state.rawValue, finding.found + (finding.remedy.map { " -> \($0)" } ?? "")]
        }
        try format.print(Listing(columns: Self.columns, rows: rows, document: findings))
        if findings.contains(where: { $0.state == .missing }) { throw ExitCode(ExitStatus.unavailable.rawValue) }
    }
}
