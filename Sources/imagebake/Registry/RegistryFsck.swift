import ArgumentParser
import Pipeline
import Publish

/// `imagebake registry fsck`.
struct RegistryFsck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Compare the index of the local registry with its files, and repair what can be.",
        discussion: """
            Exit status: 0 where all is well, or was repaired; 74 where something is not; 77 where --repair may not write; 78 where the \
            index was made by a newer imagebake.
            """
    )

    @Flag(
        help:
            "Repair what can be: remove what is left over, end states that no process is in, make a damaged index anew."
    )
    var `repair` = false

    @Flag(help: "Read all bytes, and compare them with their digests.")
    var verify = false

    @OptionGroup(title: "Output options")
    var format: ListOptions

    func validate() throws { try format.check(Self.columns) }

    private static let columns = ["Problem", "Repaired", "Subject", "Message"]

    mutating func run() async throws {
        // Without the sweep that other commands begin with: what it would remove is to be named.
        let registry = LocalRegistry(root: try Home().registry)
        let (isRepairing, isVerifying) = (`repair`, verify)
        let check = try await withSignals("stopping") {
            try await registry.check(isRepairing: isRepairing, isVerifying: isVerifying)
        }
        let rows = check.problems.map { problem in
            [problem.kind.rawValue, problem.isRepaired ? "repaired" : "no", problem.subject, problem.message]
        }
        try format.print(Listing(columns: Self.columns, rows: rows, document: check))
        let remaining = check.remaining
        if let first = remaining.first {
            throw Failure(
                .inputOutput,
                "the registry has \(remaining.count) \(remaining.count == 1 ? "problem" : "problems")",
                ["first": first.message, "next": first.next]
            )
        }
        let what = "\(check.images) images, \(check.blobs) blobs, \(ByteText.text(check.bytes))"
        Output.error(check.problems.isEmpty ? "\(what): well" : "\(what): well again, \(check.problems.count) repaired")
    }
}
